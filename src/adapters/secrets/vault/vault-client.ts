// One question to Vault's HTTP API (https://developer.hashicorp.com/vault/api-docs, seen 2026-11-21), and what its answer
// means. What Vault says in `errors` is told to the operator, and nothing else of an answer that is none.
import type { Clock } from '../../../core/clock.ts'
import type { Destination, EgressClient } from '../../../core/egress.ts'
import { askText } from '../../../platform/ask-text.ts'
import { jsonOf, memberAt } from '../json-member.ts'

export interface VaultPlace {
  readonly destination: Destination
  /** The path of its address, without a slash at the end. */
  readonly basePath: string
  readonly namespace: string | undefined
  readonly timeoutMs: number
}

export interface VaultQuestion {
  readonly method: 'GET' | 'POST'
  /** Behind `/v1/`, encoded. */
  readonly path: string
  /** Undefined for logging in. */
  readonly token: string | undefined
  readonly body?: Readonly<Record<string, unknown>>
}

export type VaultAnswer =
  | { readonly kind: 'ok'; readonly json: unknown }
  /** It may not be asked so. */
  | { readonly kind: 'denied'; readonly reason: string }
  | { readonly kind: 'missing'; readonly json: unknown; readonly reason: string }
  | { readonly kind: 'refused' | 'away'; readonly reason: string }

/** Never rejects. */
export async function askVault(
  place: VaultPlace,
  { method, path, token, body }: VaultQuestion,
  parts: { readonly egress: EgressClient; readonly clock: Clock },
): Promise<VaultAnswer> {
  const { destination, basePath, namespace, timeoutMs } = place
  const headers = [
    'x-vault-request: true',
    'accept: application/json',
    ...(token === undefined ? [] : [`x-vault-token: ${token}`]),
    ...(namespace === undefined ? [] : [`x-vault-namespace: ${namespace}`]),
    ...(body === undefined ? [] : ['content-type: application/json']),
  ]
  const answer = await askText(
    {
      destination,
      method,
      path: `${basePath}/v1/${path}`,
      headers: headers.map((line) => `${line}\r\n`).join(''),
      ...(body !== undefined && { body: JSON.stringify(body) }),
      timeoutMs,
    },
    parts,
  )
  return answer.ok
    ? meaningOf(answer.status, answer.text)
    : { kind: 'away', reason: `cannot be reached: ${answer.reason}` }
}

function meaningOf(status: number, text: string): VaultAnswer {
  const json = jsonOf(text)
  if (status === 200 || status === 204) {
    if (typeof json === 'object' && json !== null) return { kind: 'ok', json }
    return { kind: 'away', reason: 'answers with something that is no JSON' }
  }
  const said = errorsOf(json)
  if (status === 403) return { kind: 'denied', reason: `answers 403${said}` }
  if (status === 404) return { kind: 'missing', json, reason: `answers 404${said}` }
  if (status === 503) return { kind: 'away', reason: `is sealed or in maintenance (503)${said}` }
  if (status >= 300 && status < 400) {
    return {
      kind: 'away',
      reason: `redirects to another node (${status}); name the address of the active one`,
    }
  }
  const isPassing = status === 412 || status === 429 || status === 472 || status === 473 || status >= 500
  return { kind: isPassing ? 'away' : 'refused', reason: `answers ${status}${said}` }
}

const saidCharsMax = 200

/** Vault's own words, for a log: one line, short, nothing that a terminal would obey. */
function errorsOf(json: unknown): string {
  const errors = memberAt(json, 'errors')
  if (!Array.isArray(errors)) return ''
  const words = errors.filter((error) => typeof error === 'string').join('; ')
  const clean = words.replace(/[^\x20-\x7e]+/g, ' ').trim()
  return clean === '' ? '' : `: ${clean.slice(0, saidCharsMax)}`
}
