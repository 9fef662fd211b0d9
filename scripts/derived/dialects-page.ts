// docs/reference/dialects.md: what each pair of wire formats carries. The table of settings is asked of the codecs
// themselves: a request with every setting is written for each dialect, and what is dropped is what the page says.
import { doors, providerCodecs } from '../../src/dialects/doors.ts'
import { dialectNames, settings } from '../../src/core/model-request.ts'
import type { DialectName, ModelRequest, Setting } from '../../src/core/model-request.ts'
import { impossible } from '../../test/matrix/impossible.ts'

const titles: Readonly<Record<DialectName, string>> = {
  'openai-chat': 'Chat Completions',
  'openai-responses': 'Responses',
  'anthropic-messages': 'Messages',
  gemini: 'Gemini',
  ollama: 'Ollama',
}

const clients = [doors.chat, doors.responses, doors.messages, doors.generate].map(({ codec }) => codec)

/** A request that asks for everything there is. */
const everything: ModelRequest = {
  model: 'm',
  stream: false,
  turns: [{ role: 'user', parts: [{ kind: 'text', text: 'Hello' }] }],
  tools: [{ kind: 'function', name: 'look', parameters: { type: 'object', properties: {} } }],
  toolChoice: { kind: 'auto' },
  parallelTools: false,
  maxTokens: 4000,
  temperature: 0.5,
  topP: 0.5,
  topK: 5,
  minP: 0.1,
  frequencyPenalty: 0.1,
  presencePenalty: 0.1,
  stop: ['HALT'],
  seed: 1,
  choices: 2,
  logprobs: true,
  topLogprobs: 2,
  logitBias: { '1': 1 },
  format: { kind: 'schema', name: 'answer', schema: { type: 'object', properties: {} } },
  reasoning: { effort: 'low' },
  verbosity: 'low',
  modalities: ['text', 'audio'],
  audio: { voice: 'alloy', format: 'wav' },
  prediction: { type: 'content', content: 'x' },
  serviceTier: 'flex',
  endUser: 'someone',
  metadata: { a: 'b' },
  cacheKey: 'k',
  safety: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
  unplaced: [],
}

/** The page, as Markdown. */
export function dialectsPage(): string {
  return [
    '# Wire formats, pair by pair',
    '',
    '<!-- Derived from src/dialects/ and test/matrix/. Change it there. -->',
    '',
    'Clients speak four formats, providers five. How to use them: [the guide](../guides/wire-formats.md).',
    '',
    '| client ↓, provider → | ' + dialectNames.map((name) => titles[name]).join(' | ') + ' |',
    '| --- |' + ' --- |'.repeat(dialectNames.length),
    ...clients.map(
      (client) =>
        `| ${titles[client.name]} | ${dialectNames.map((name) => way(client.name, name)).join(' | ')} |`,
    ),
    '',
    'A relay passes the bytes of both sides as they are. A translation is held to fourteen things for each pair: text, streams, tools,',
    'parallel tools in a stream, tool results, images, files, system texts, stop texts, JSON Schema, reasoning and back,',
    'refusals, errors in mid-stream, usage.',
    '',
    '## What cannot work',
    '',
    '| client | provider | what | why |',
    '| --- | --- | --- | --- |',
    ...impossible.map(
      ({ fronts, backs, feature, why, source }) =>
        `| ${named(fronts)} | ${named(backs)} | ${feature} | ${why} ([source](${source})) |`,
    ),
    '',
    '## Settings that are dropped',
    '',
    "By the provider's format, in the spelling of each client that has the setting. They are named in `x-sallyport-dropped`, or the",
    'request is refused where the model says `on_unsupported: error`. What a single model or provider cannot do beyond this',
    'is in [its capabilities](../guides/providers.md).',
    '',
    ...dialectNames.flatMap(droppedBy),
    '## Signatures and encrypted thoughts',
    '',
    'They are worth something only to their maker, and travel through clients of other formats in these places:',
    '',
    '| client | where a foreign seal travels |',
    '| --- | --- |',
    '| Chat Completions | `reasoning_details` of the answering message |',
    '| Responses | `encrypted_content` of a reasoning item |',
    '| Messages | `signature` of a thinking block, or a `redacted_thinking` block |',
    '| Gemini | `thoughtSignature` of a part |',
    '',
  ].join('\n')
}

function way(client: DialectName, provider: DialectName): string {
  return client === provider ? 'relay' : 'translation'
}

function named(names: readonly string[]): string {
  const all = names.map((name) => titles[dialectNames.find((known) => known === name) ?? 'ollama'])
  return all.length >= clients.length ? 'every' : all.join(', ')
}

function droppedBy(name: DialectName): readonly string[] {
  const wishes = { model: 'm', maxTokensDefault: 4096, jsonSchema: true }
  const { dropped } = providerCodecs[name].writeRequest(everything, wishes)
  const lost = new Set(dropped.flatMap((entry) => ('setting' in entry ? [entry.setting] : [])))
  const inOrder = settings.filter((setting) => lost.has(setting))
  const others = clients.filter((client) => client.name !== name)
  const rows = inOrder
    .map((setting) => others.map((client) => spelling(client, setting)))
    .filter((cells) => cells.some((cell) => cell !== ''))
  if (rows.length === 0) return [`### ${titles[name]}`, '', 'None.', '']
  return [
    `### ${titles[name]}`,
    '',
    `| ${others.map((client) => titles[client.name]).join(' | ')} |`,
    `|${' --- |'.repeat(others.length)}`,
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
    ...(notes[name] ?? []),
  ]
}

const notes: Readonly<Partial<Record<DialectName, readonly string[]>>> = {
  'anthropic-messages': [
    'Models of this format before 4.7 are sent `temperature` and `top_p`; newer ones take neither.',
    '',
  ],
}

function spelling(client: { spell(setting: Setting): string | undefined }, setting: Setting): string {
  const name = client.spell(setting)
  return name === undefined ? '' : `\`${name}\``
}
