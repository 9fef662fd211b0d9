// What a person reads when the gateway starts.
import type { ListedProvider } from '../compose/model-directory.ts'

const modelsShownMax = 8

/** Where it listens. */
export function listeningText(url: string, config: string | undefined): string {
  return `Sallyport listens on ${url}/v1 (config: ${config ?? 'none, built-in defaults'})\n`
}

/** The first key of a new installation, with a call to paste. It is shown this once. Without a model, it asks which. */
export function firstKeyText(url: string, secret: string, model: string | undefined): string {
  return [
    '',
    'This is the first start, so here is a key. It is shown once; keep it:',
    '',
    `  ${secret}`,
    '',
    'Try it:',
    '',
    ...callToPaste(url, secret, model),
    '',
    '',
  ].join('\n')
}

function callToPaste(url: string, secret: string, model: string | undefined): readonly string[] {
  const authorization = `-H "Authorization: Bearer ${secret}"`
  if (model === undefined) return [`  curl ${url}/v1/models ${authorization}`]
  return [
    `  curl ${url}/v1/chat/completions -N ${authorization} \\`,
    '    -H "Content-Type: application/json" \\',
    `    -d '{"model":"${model}","stream":true,"messages":[{"role":"user","content":"Hello"}]}'`,
  ]
}

/** Which providers there are, and what one can call. */
export function foundText(found: readonly ListedProvider[], logical: readonly string[]): string {
  const lines = found.map(({ provider, listed }) => {
    const names = [...listed].slice(0, modelsShownMax).map((name) => `${provider.name}/${name}`)
    const more = listed.size > names.length ? ` and ${listed.size - names.length} more` : ''
    const models = names.length === 0 ? `no list; ${provider.name}/<model> works` : names.join(', ') + more
    return `  ${provider.name} (${originText[provider.origin]}): ${models}\n`
  })
  const own = logical.length === 0 ? '' : `  models of the config: ${logical.join(', ')}\n`
  if (own === '' && lines.length === 0) return 'There are no models: name a provider in sallyport.yaml.\n'
  return `Models:\n${own}${lines.join('')}`
}

const originText = {
  declared: 'config',
  environment: 'key in the environment',
  local: 'local server',
  demo: 'built in; gone as soon as there is a real provider',
} as const
