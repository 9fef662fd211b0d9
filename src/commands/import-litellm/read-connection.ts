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
  const place = url.pathname.replace(/(\/chat\/completions)?\/*$/, '')
  // LiteLLM adds the version by itself for the providers that it knows.
  const version = provider === undefined ? '' : new URL(provider.baseUrl).pathname.replace(/\/+$/, '')
  return `${url.origin}${place === '' ? version : place}`
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
}

/** Whose key it is. */
export function keyOf(value: unknown, path: SettingPath, { source, provider }: KeyReading): KeySource {
  const { notes } = source
  if (isNothing(value)) return usualKey(provider)
  const name = referredName(value)
  if (name !== undefined && isVariableName(name)) return { kind: 'variable', name }
  if (typeof value !== 'string' || name !== undefined) {
    notes.lost(path, 'names no variable that a config can name')
    return usualKey(provider)
  }
  if (provider?.keyVariable === undefined && noKeys.test(value)) return { kind: 'none' }
  return { kind: 'literal', text: value }
}

/** Where LiteLLM looks when the file says nothing. Someone else's server is never sent such a key. */
function usualKey(provider: Provider | undefined): KeySource {
  const name = provider?.keyVariable
  return name === undefined ? { kind: 'none' } : { kind: 'variable', name }
}
