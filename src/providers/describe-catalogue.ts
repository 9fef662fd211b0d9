// The catalogue as the reference page docs/reference/providers.md. Pure, so that a test can compare the page
// with it.
import type { Provider, Signing } from './provider.ts'

/** The whole page, as Markdown. */
export function describeCatalogue(catalogue: readonly Provider[]): string {
  const hosted = catalogue.filter((provider) => provider.keyVariable !== undefined)
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
    ...table(
      ['Name', 'Provider', 'Key', 'Chat', 'Embeddings', 'Model list'],
      hosted.map((provider) => [
        `\`${provider.name}\``,
        provider.title,
        `\`${provider.keyVariable ?? ''}\``,
        ...endpoints(provider),
      ]),
    ),
    '',
    '## Local servers',
    '',
    'Looked for on these ports of the loopback address (with `discover: on`). A key is sent only when the',
    'config has one.',
    '',
    ...table(
      ['Name', 'Server', 'Port', 'Chat', 'Embeddings', 'Model list'],
      local.map((provider) => [
        `\`${provider.name}\``,
        provider.title,
        String(provider.local?.port ?? ''),
        ...endpoints(provider),
      ]),
    ),
    '',
    '## Each in detail',
    '',
    ...catalogue.flatMap(describe),
  ].join('\n')
}

function describe(provider: Provider): string[] {
  return [`### ${provider.name}`, '', ...facts(provider).map((fact) => `- ${fact}`), '']
}

function facts(provider: Provider): string[] {
  const { quirks } = provider
  const lines = [
    `${provider.title}, dialect \`${provider.dialect}\``,
    provider.baseUrl === '' ? 'Base URL: `base_url` in the config' : `Base URL: \`${provider.baseUrl}\``,
    `Key: ${keyText(provider)}`,
    `Token count of a stream: ${usageTexts[quirks.streamUsage]}`,
  ]
  if (quirks.drops) lines.push(`Cut from requests, because it refuses them: ${codes(quirks.drops)}`)
  if (quirks.headers)
    lines.push(`Sent along: ${codes(Object.entries(quirks.headers).map((pair) => pair.join(': ')))}`)
  if (quirks.passHeaders)
    lines.push(`Response headers passed on beyond the usual: ${codes(quirks.passHeaders)}`)
  if (quirks.attemptIdHeader) lines.push(`Our attempt id goes out in \`${quirks.attemptIdHeader}\``)
  if (quirks.modelListSigning) lines.push(`Model list: ${signingText(quirks.modelListSigning)}`)
  if (quirks.modelListPrefix)
    lines.push(`\`${quirks.modelListPrefix}\` is cut from the names in its model list`)
  if (quirks.quotaCodes) lines.push(`Quota is gone, not a rate: ${codes(quirks.quotaCodes)}`)
  if (quirks.quotaPhrases) lines.push(`Quota is gone, told in words: ${quoted(quirks.quotaPhrases)}`)
  return [...lines, `Source: <${provider.documentation}>, seen ${provider.seen}`]
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
  return ['yes', paths.embeddings === undefined ? 'no' : 'yes', paths.models === undefined ? 'no' : 'yes']
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
