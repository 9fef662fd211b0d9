// The catalogue as the reference page docs/reference/providers.md. Pure, so that a test can compare the page
// with it.
import { snapshotDate } from './model-facts/snapshot.gen.ts'
import { signingFor } from './provider.ts'
import type { Provider, Signing } from './provider.ts'

/** The whole page, as Markdown. */
export function describeCatalogue(catalogue: readonly Provider[]): string {
  const keyed = catalogue.filter((provider) => provider.keyVariable !== undefined)
  const hosted = keyed.filter(({ baseUrl }) => baseUrl !== '')
  const addressed = keyed.filter(({ baseUrl }) => baseUrl === '')
  const local = catalogue.filter((provider) => provider.local !== undefined)
  return [
    '# Providers',
    '',
    '<!-- Derived from src/providers/catalogue.ts. Change it there. -->',
    '',
    'What Sallyport knows by name. How to use them: [the guide](../guides/providers.md).',
    '',
    '## Hosted',
    '',
    'Each is there as soon as its key is: in the environment (with `discover: on`), or in the config.',
    '',
    ...table(['Name', 'Provider', 'Key', ...endpointHeads], hosted.map(hostedRow)),
    '',
    '## Hosted, at an address of your own',
    '',
    'The account is part of the address, so these need `base_url` in the config, and their key beside it. The',
    'variable is the one that their own documentation uses; nothing is found by it.',
    '',
    ...table(['Name', 'Provider', 'Key', ...endpointHeads], addressed.map(hostedRow)),
    '',
    '## Local servers',
    '',
    'Looked for on these ports of the loopback address (with `discover: on`). A key is sent only when the',
    'config has one.',
    '',
    ...table(
      ['Name', 'Server', 'Port', ...endpointHeads],
      local.map((provider) => [
        `\`${provider.name}\``,
        provider.title,
        String(provider.local?.port ?? ''),
        ...endpoints(provider),
      ]),
    ),
    '',
    '## What models can do',
    '',
    `The capability table of a deployment begins with a snapshot of public facts: models.dev of ${snapshotDate}, with`,
    'models that this copy lacks added by hand from the same place, and the context windows of',
    '`@pydantic/genai-prices`. What is not in it is taken for possible. `capabilities` of a',
    'deployment in the config has the last word; `GET /v1/models/{name}` shows what came of it.',
    '',
    '## Each in detail',
    '',
    ...catalogue.flatMap(describe),
  ].join('\n')
}

const endpointHeads = ['Wire formats', 'Embeddings', 'Model list']

function hostedRow(provider: Provider): string[] {
  return [`\`${provider.name}\``, provider.title, `\`${provider.keyVariable ?? ''}\``, ...endpoints(provider)]
}

function describe(provider: Provider): string[] {
  return [`### ${provider.name}`, '', ...facts(provider).map((fact) => `- ${fact}`), '']
}

function facts(provider: Provider): string[] {
  const { paths, quirks } = provider
  return [
    ...places(provider),
    `Key: ${keyText(provider)}`,
    ...Object.entries(provider.otherSignings ?? {}).map(
      ([place]) =>
        `Key for ${place}: ${signingText(signingFor(provider, place as keyof typeof paths.answers))}`,
    ),
    `Token count of a stream: ${usageTexts[quirks.streamUsage]}`,
    ...headerFacts(provider),
    ...bodyFacts(provider),
    ...quotaFacts(provider),
    ...credentialFacts(provider),
    `Source: <${provider.documentation}>, seen ${provider.seen}`,
  ]
}

function places({ title, dialect, baseUrl, paths, quirks }: Provider): string[] {
  const spoken = Object.entries(paths.answers).map(([name, path]) => `\`${name}\` at \`${path}\``)
  return [
    `${title}, main dialect \`${dialect}\``,
    baseUrl === '' ? 'Base URL: `base_url` in the config' : `Base URL: \`${baseUrl}\``,
    ...(quirks.baseUrlSuffix === undefined
      ? []
      : [`A \`base_url\` in the config may end in \`${quirks.baseUrlSuffix}\``]),
    `Answers: ${spoken.join(', ')}`,
    ...(paths.countTokens === undefined ? [] : [`Counts tokens at \`${paths.countTokens}\``]),
    ...(quirks.keepsResponses === undefined ? [] : ['Keeps responses']),
  ]
}

function headerFacts({ quirks }: Provider): string[] {
  const { defaultHeaders = {}, passHeaders, attemptIdHeader } = quirks
  const lines: string[] = []
  if (Object.keys(defaultHeaders).length > 0)
    lines.push(`Sent along unless the client has its own: ${codes(pairs(defaultHeaders))}`)
  if (passHeaders) lines.push(`Response headers passed on beyond the usual: ${codes(passHeaders)}`)
  if (attemptIdHeader) lines.push(`Our attempt id goes out in \`${attemptIdHeader}\``)
  return lines
}

function bodyFacts({ quirks }: Provider): string[] {
  const lines: string[] = []
  if (quirks.drops) lines.push(`Cut from requests, because it refuses them: ${codes(quirks.drops)}`)
  if (quirks.lacks) lines.push(`No model of it has: ${quirks.lacks.join(', ')}`)
  if (quirks.maxTokensName)
    lines.push(`The bound on an answer is spelled \`${quirks.maxTokensName}\` in chat`)
  if (quirks.modelListPrefix)
    lines.push(`\`${quirks.modelListPrefix}\` is cut from the names in its model list`)
  return lines
}

function quotaFacts({ quirks }: Provider): string[] {
  const lines: string[] = []
  if (quirks.quotaCodes) lines.push(`Quota is gone, not a rate: ${codes(quirks.quotaCodes)}`)
  if (quirks.quotaPhrases) lines.push(`Quota is gone, told in words: ${quoted(quirks.quotaPhrases)}`)
  return lines
}

function credentialFacts({ quirks }: Provider): string[] {
  const lines: string[] = []
  if (quirks.credentialStatuses)
    lines.push(`The key or its account is refused: status ${quirks.credentialStatuses.join(', ')} too`)
  if (quirks.credentialPhrases)
    lines.push(`The key is refused, told in words with a 400: ${quoted(quirks.credentialPhrases)}`)
  return lines
}

function pairs(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).map((pair) => pair.join(': '))
}

const usageTexts = {
  ask: 'asked for with `stream_options.include_usage`',
  always: 'comes unasked',
  never: 'never comes; counted from what is relayed',
} as const

function keyText(provider: Provider): string {
  const way = signingText(provider.signing)
  return provider.keyVariable === undefined ? `optional, ${way}` : `\`${provider.keyVariable}\`, ${way}`
}

function signingText(signing: Signing): string {
  if (signing.kind === 'none') return 'not sent'
  return signing.kind === 'bearer' ? 'sent as `Authorization: Bearer …`' : `sent in \`${signing.name}\``
}

function endpoints({ paths }: Provider): string[] {
  return [
    codes(Object.keys(paths.answers)),
    paths.embeddings === undefined ? 'no' : 'yes',
    paths.models === undefined ? 'no' : 'yes',
  ]
}

function codes(texts: readonly string[]): string {
  return texts.map((text) => `\`${text}\``).join(', ')
}

function quoted(texts: readonly string[]): string {
  return texts.map((text) => `"${text}"`).join(', ')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const rule = head.map(() => '---')
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`)
}
