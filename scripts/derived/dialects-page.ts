// docs/reference/dialects.md: what every pair of wire formats carries. Settings are tried out on the code that writes
// requests; the cells that cannot work are those that the matrix of tests knows.
import type { DialectName, ModelRequest, Setting } from '../../src/core/model-request.ts'
import { settings } from '../../src/core/model-request.ts'
import { anthropicMessages } from '../../src/dialects/anthropic-messages/codec.ts'
import type { ClientCodec, ProviderCodec } from '../../src/dialects/dialect.ts'
import { gemini } from '../../src/dialects/gemini/codec.ts'
import { ollama } from '../../src/dialects/ollama/codec.ts'
import { openaiChat } from '../../src/dialects/openai-chat/codec.ts'
import { openaiResponses } from '../../src/dialects/openai-responses/codec.ts'
import { backNames } from '../../test/matrix/back.ts'
import { cannotWork } from '../../test/matrix/cannot-work.ts'
import { features, frontNames } from '../../test/matrix/front.ts'

const clients: readonly ClientCodec[] = [openaiChat, openaiResponses, anthropicMessages, gemini]
const providers: readonly ProviderCodec[] = [openaiChat, openaiResponses, anthropicMessages, gemini, ollama]

const titles: Readonly<Record<DialectName, string>> = {
  'openai-chat': 'OpenAI Chat',
  'openai-responses': 'OpenAI Responses',
  'anthropic-messages': 'Anthropic Messages',
  gemini: 'Gemini',
  ollama: 'Ollama',
}
const titleOfEnd = {
  chat: titles['openai-chat'],
  responses: titles['openai-responses'],
  messages: titles['anthropic-messages'],
  gemini: titles.gemini,
  ollama: titles.ollama,
} as const

/** One value of each setting that any provider which knows it would take. */
const samples: Readonly<Record<Setting, Partial<ModelRequest>>> = {
  tools: { tools: [{ kind: 'function', name: 'f', parameters: { type: 'object' } }] },
  toolChoice: { toolChoice: { kind: 'any' } },
  parallelTools: { parallelTools: false },
  maxTokens: { maxTokens: 4000 },
  temperature: { temperature: 0.5 },
  topP: { topP: 0.5 },
  topK: { topK: 10 },
  minP: { minP: 0.1 },
  frequencyPenalty: { frequencyPenalty: 0.5 },
  presencePenalty: { presencePenalty: 0.5 },
  stop: { stop: ['END'] },
  seed: { seed: 7 },
  choices: { choices: 2 },
  logprobs: { logprobs: true },
  topLogprobs: { logprobs: true, topLogprobs: 2 },
  logitBias: { logitBias: { '50256': -100 } },
  format: { format: { kind: 'schema', name: 'f', schema: { type: 'object' } } },
  reasoning: { reasoning: { effort: 'low' } },
  verbosity: { verbosity: 'low' },
  modalities: { modalities: ['text', 'audio'] },
  audio: { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } },
  prediction: { prediction: { type: 'content', content: 'x' } },
  serviceTier: { serviceTier: 'auto' },
  endUser: { endUser: 'somebody' },
  metadata: { metadata: { a: 'b' } },
  cacheKey: { cacheKey: 'k' },
  safety: { safety: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }] },
}
/** Settings that mean nothing without tools. */
const ofTools: ReadonlySet<Setting> = new Set<Setting>(['toolChoice', 'parallelTools'])

/** The whole page. */
export function dialectsPage(): string {
  return [opening, pairs(), cells(), settingsOfProviders(), settingsOfPairs(), signatures].join('\n')
}

const opening = `# Wire formats, pair by pair

<!-- Derived from src/dialects and the matrix of tests. Change it there, then run "npm run derive". -->

What each client's format can have of each provider's. How to use them: [the guide](../guides/wire-formats.md).

## Pairs

A **relay** passes the client's bytes and the provider's, so nothing can be lost. A **translation** reads the one and writes
the other. Clients stand on the left, providers at the top.
`

function pairs(): string {
  return table(
    ['', ...providers.map(({ name }) => titles[name])],
    clients.map((client) => [
      `**${titles[client.name]}**`,
      ...providers.map(({ name }) => (name === client.name ? 'relay' : 'translation')),
    ]),
  )
}

function cells(): string {
  const all = frontNames.length * backNames.length * features.length
  const cannot = cannotWork.reduce((sum, { fronts, backs }) => sum + fronts.length * backs.length, 0)
  const rows = cannotWork.map(({ fronts, backs, feature, because, page }) => [
    feature,
    fronts.length === frontNames.length ? 'all' : fronts.map((name) => titleOfEnd[name]).join(', '),
    backs.length === backNames.length ? 'all' : backs.map((name) => titleOfEnd[name]).join(', '),
    `${because} [Its page](${page})`,
  ])
  return `## What cannot work

Each pair is tested at both ends with ${features.length} things that are asked for, ${all} cells in all:
${features.slice(0, -1).join(', ')} and ${features.at(-1)}.

All work but these ${cannot}, where one side has no word for what is asked. The client is told: by \`x-sallyport-dropped\`, or by the error of a
provider that was relayed to.

${table(['What', 'Clients', 'Providers', 'Why'], rows)}
Two are carried with less around them: Gemini takes a file without its name, and a refusal of Ollama's is a text like any other,
because Ollama has no sign for one.
`
}

function settingsOfProviders(): string {
  const rows = settings.map((setting) => [
    setting,
    ...providers.map((provider) => (isLost(provider, setting) ? '–' : code(provider.spell(setting) ?? ''))),
  ])
  return `## Settings, by provider

Where each setting goes in a provider's request; – is left out. It is what the format itself has a place for: what a single
provider takes beyond it, or lacks, is said by [its deployment](../guides/providers.md). Where the format has no schema for
answers, a forced tool stands in, and where a number of tokens is demanded, there is a default. Some values have no place where
others have one (a tier that a provider does not sell), and models of Anthropic's from 4.7 on take no sampling settings.

${table(['Setting', ...providers.map(({ name }) => titles[name])], rows)}`
}

function settingsOfPairs(): string {
  const rows = clients.map((client) => [
    `**${titles[client.name]}**`,
    ...providers.map((provider) => (provider.name === client.name ? 'nothing' : lostNames(client, provider))),
  ])
  return `## Settings that are left out, by pair

As the client spells them, and as \`x-sallyport-dropped\` names them. Members of a request that are not in the table above have
no place in any other format, and are named too. Where the model says \`on_unsupported: error\`, nothing is left out and the
request is refused.

${table(['', ...providers.map(({ name }) => titles[name])], rows)}`
}

function lostNames(client: ClientCodec, provider: ProviderCodec): string {
  const names = settings.flatMap((setting) => {
    const name = client.spell(setting)
    return name !== undefined && isLost(provider, setting) ? [code(name)] : []
  })
  return names.length === 0 ? 'nothing' : names.join(', ')
}

/** A format that has no word for it loses it; one that has may not have it for everything. */
function isLost(provider: ProviderCodec, setting: Setting): boolean {
  if (provider.spell(setting) === undefined) return true
  const request: ModelRequest = {
    model: 'm',
    stream: false,
    turns: [{ role: 'user', parts: [{ kind: 'text', text: 'Hi' }] }],
    unplaced: [],
    ...(ofTools.has(setting) ? samples.tools : {}),
    ...samples[setting],
  }
  const { dropped } = provider.writeRequest(request, { model: 'm', maxTokensDefault: 4096, jsonSchema: true })
  return dropped.some((lost) => 'setting' in lost && lost.setting === setting)
}

const signatures = `## What carries signatures

A signature goes back to the provider that made it, unchanged; a provider of another format never sees it. A client gives it
back by giving back the answer as it came.

${table(
  ['', 'the signature is made as', 'another client holds it in'],
  [
    [
      '**OpenAI Chat**',
      'nothing; reasoning is text, or `reasoning_details` where the provider takes them',
      'its `reasoning_details`, and `extra_content` of tool calls',
    ],
    ['**OpenAI Responses**', '`encrypted_content` of `reasoning` items', 'the same, as items of `reasoning`'],
    [
      '**Anthropic Messages**',
      '`signature` of `thinking`, `data` of `redacted_thinking`',
      'the same, as blocks of `thinking` or `redacted_thinking`',
    ],
    ['**Gemini**', '`thoughtSignature` of any part', 'the same, on parts of thought and on calls'],
    ['**Ollama**', 'nothing; `thinking` is text', 'is no client'],
  ],
)}`

function code(text: string): string {
  return `\`${text}\``
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (parts: readonly string[]): string => `| ${parts.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n')
}
