// A provider's side of the matrix: what an upstream was sent, looked into in its own dialect.
import { at, listAt, textAt } from './front.ts'
import type { Json } from './front.ts'

export interface Back {
  /** In the gateway's config. */
  readonly provider: string
  readonly dialect: string
  /** The instructions, wherever this dialect has them. */
  system(body: Json): string
  stops(body: Json): readonly unknown[]
  /** The schema that the answer is to follow. */
  schema(body: Json): unknown
  /** Names of the tools that may be called. */
  tools(body: Json): readonly string[]
  /** Seals that came back. */
  seals(body: Json): readonly string[]
}

function textsOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(textsOf).join('')
  return textAt(value, 'text') || textsOf(at(value, 'parts') ?? at(value, 'content') ?? '')
}

function roleText(turns: readonly unknown[], ...roles: readonly string[]): string {
  return turns
    .filter((turn) => roles.includes(textAt(turn, 'role')))
    .map(textsOf)
    .join('')
}

export const backs: readonly Back[] = [
  {
    provider: 'chat',
    dialect: 'openai-chat',
    system: (body) => roleText(listAt(body, 'messages'), 'system', 'developer'),
    stops: (body) => [at(body, 'stop')].flat(),
    schema: (body) => at(body, 'response_format', 'json_schema', 'schema'),
    tools: (body) => listAt(body, 'tools').map((tool) => textAt(tool, 'function', 'name')),
    seals: () => [],
  },
  {
    provider: 'responses',
    dialect: 'openai-responses',
    system: (body) => textAt(body, 'instructions') + roleText(listAt(body, 'input'), 'system', 'developer'),
    stops: () => [],
    schema: (body) => at(body, 'text', 'format', 'schema'),
    tools: (body) => listAt(body, 'tools').map((tool) => textAt(tool, 'name')),
    seals: (body) => listAt(body, 'input').map((entry) => textAt(entry, 'encrypted_content')),
  },
  {
    provider: 'claude',
    dialect: 'anthropic-messages',
    system: (body) => textsOf(at(body, 'system')),
    stops: (body) => listAt(body, 'stop_sequences'),
    schema: (body) => at(body, 'output_config', 'format', 'schema') ?? at(body, 'tools', 0, 'input_schema'),
    tools: (body) => listAt(body, 'tools').map((tool) => textAt(tool, 'name')),
    seals: (body) =>
      listAt(body, 'messages')
        .flatMap((turn) => listAt(turn, 'content'))
        .map((block) => textAt(block, 'signature')),
  },
  {
    provider: 'gem',
    dialect: 'gemini',
    system: (body) => textsOf(at(body, 'systemInstruction')),
    stops: (body) => listAt(body, 'generationConfig', 'stopSequences'),
    schema: (body) =>
      at(body, 'generationConfig', 'responseJsonSchema') ?? at(body, 'generationConfig', 'responseSchema'),
    tools: (body) =>
      listAt(body, 'tools')
        .flatMap((group) => listAt(group, 'functionDeclarations'))
        .map((tool) => textAt(tool, 'name')),
    seals: (body) =>
      listAt(body, 'contents')
        .flatMap((turn) => listAt(turn, 'parts'))
        .map((part) => textAt(part, 'thoughtSignature')),
  },
  {
    provider: 'local',
    dialect: 'ollama',
    system: (body) => roleText(listAt(body, 'messages'), 'system'),
    stops: (body) => listAt(body, 'options', 'stop'),
    schema: (body) => at(body, 'format'),
    tools: (body) => listAt(body, 'tools').map((tool) => textAt(tool, 'function', 'name')),
    seals: () => [],
  },
]
