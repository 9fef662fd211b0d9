// Where a provider is and whose key it is called with. A key is named, never taken over: what stands in the file as it is
// becomes the name of a variable, and is repeated nowhere.
import type { SettingPath } from '../../config/problem.ts'
import type { Provider } from '../../providers/provider.ts'
import type { KeySource } from './provider-book.ts'
import { isNothing, isVariableName, referredName } from './source.ts'
import type { Source } from './source.ts'

export interface AddressReading {
  /** Where the address stands. */
  readonly path: SettingPath
  readonly source: Source
  /** Undefined for a server that is known by its address alone. */
  readonly provider: Provider | undefined
}

/** An address as a setting; undefined, with a note, when it can be none. */
export function baseUrlFor(address: string, { path, source, provider }: AddressReading): string | undefined {
  const { notes } = source
  const url = URL.parse(address)
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && !/[\s${}<>\\^`|"?#]/.test(address)
  if (!isPlain || url.username !== '' || url.password !== '') {
    return notes.lost(path, 'is no plain http or https address, so nothing can be called there')
  }
  if (url.hostname === '0.0.0.0') {
    url.hostname = '127.0.0.1'
    notes.changed(path, 'becomes 127.0.0.1: nobody can be called at the address for listening everywhere')
  } else if (isOfOwnNetwork(url.hostname)) {
    notes.changed(
      path,
      'is a name of your own network; allow the addresses that it leads to under egress.allow',
    )
  }
  const place = withoutEndpoint(url.pathname)
  // LiteLLM adds the version by itself for the providers that it knows.
  const version = provider === undefined ? '' : new URL(provider.baseUrl).pathname.replace(/\/+$/, '')
  const baseUrl = `${url.origin}${place === '' ? version : place}`
  if (baseUrl.length <= addressCharactersMax) return baseUrl
  return notes.lost(path, `has more than ${addressCharactersMax} characters, which is no address here`)
}

/** The most that `base_url` takes. */
const addressCharactersMax = 2_048

/** An address or a path up to its version: some write where answers are had, and we add that ourselves. */
export function withoutEndpoint(place: string): string {
  const plain = place.replace(/\/+$/, '')
  return plain
    .replace(/\/+(chat\/completions|completions|embeddings|messages|responses)$/, '')
    .replace(/\/+$/, '')
}

/** Whether this is at the provider's own server, whatever the path. */
export function isOwnPlace(address: string, { baseUrl }: Provider): boolean {
  return URL.parse(address)?.origin === URL.parse(baseUrl)?.origin
}

/** Names that mostly lead to private addresses, which a name may not do without leave. */
function isOfOwnNetwork(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.startsWith('[')) return false
  return !hostname.includes('.') || /\.(corp|home\.arpa|internal|lan|local|localdomain|svc)$/.test(hostname)
}

/** Azure's resource speaks OpenAI's API under a path of its own, with a deployment's name for a model. */
export function azureBase(address: string): string {
  const url = URL.parse(address)
  return url === null ? address : `${url.origin}/openai/v1`
}

/** What people write where a server wants no key. */
const noKeys =
  /^(none|null|na|n\/a|no-key|not-needed|not_needed|empty|dummy|fake(-key)?|anything|ollama|lm-studio|x+|-)$/i

export interface KeyReading {
  readonly source: Source
  readonly provider: Provider | undefined
  /** It is sent to the provider's own server. */
  readonly isOwn: boolean
}

/** Whose key it is. */
export function keyOf(value: unknown, path: SettingPath, reading: KeyReading): KeySource {
  const { notes } = reading.source
  if (isNothing(value)) return usualKey(path, reading)
  const name = referredName(value)
  if (name !== undefined && isVariableName(name)) return { kind: 'variable', name }
  if (typeof value !== 'string' || name !== undefined) {
    notes.lost(path, 'names no variable that a config can name')
    return usualKey(path, reading)
  }
  const wantsKey = reading.isOwn && reading.provider?.keyVariable !== undefined
  if (!wantsKey && noKeys.test(value)) return { kind: 'none' }
  return { kind: 'literal', text: value }
}

/** Where LiteLLM looks when the file says nothing. Someone else's server is never sent such a key. */
function usualKey(path: SettingPath, { source, provider, isOwn }: KeyReading): KeySource {
  const name = provider?.keyVariable
  if (name === undefined) return { kind: 'none' }
  if (isOwn) return { kind: 'variable', name }
  source.notes.changed(
    path,
    `is not there, and this server is not sent the key in ${name}, which is its provider's; name one if it wants one`,
  )
  return { kind: 'none' }
}
