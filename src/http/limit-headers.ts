// What is left of a caller's limits, in the words that clients look for: OpenAI's names, Anthropic's on Anthropic's door, the
// plain name that simple clients know, and the fields of the IETF (draft-ietf-httpapi-ratelimit-headers, 2026).
import type { Clock } from '../core/clock.ts'
import type { LimitStanding } from '../limits/limits.ts'
import type { Door } from '../dialects/doors.ts'
import type { LimitHeaders } from './answer-headers.ts'
import type { Reservation } from '../pipeline/reserve.ts'

/** Header names and values for a call that has limits. */
export function limitHeaders({ book, over, holder }: Reservation, door: Door, clock: Clock): LimitHeaders {
  const nowMs = clock.nowMs()
  const requests = book.tightest(over, 'requests', nowMs)
  const tokens = book.tightest(over, 'tokens', nowMs)
  const input = book.tightest(over, 'input_tokens', nowMs)
  const output = book.tightest(over, 'output_tokens', nowMs)
  const headers: (readonly [string, string])[] = []
  if (holder.isLocal === true) headers.push(['x-sallyport-limits', 'local'])
  if (door.codec.name === 'anthropic-messages') {
    tellInMessages(headers, names.requests, { standing: requests, clock })
    tellInMessages(headers, names.tokens, { standing: tokens, clock })
    tellInMessages(headers, names.inputTokens, { standing: input, clock })
    tellInMessages(headers, names.outputTokens, { standing: output, clock })
  }
  if (requests !== undefined) {
    tellGeneral(headers, names.requests, requests)
    headers.push(['x-ratelimit-remaining', String(requests.remaining)])
  }
  const anyTokens = tokens ?? least(input, output)
  if (anyTokens !== undefined) tellGeneral(headers, names.tokens, anyTokens)
  tellPolicies(headers, [requests, tokens, input, output])
  return headers
}

type Told = (readonly [string, string])[]

/** Made once: a name that is put together anew has to be read by the runtime anew. */
const names = {
  requests: namesOf('requests'),
  tokens: namesOf('tokens'),
  inputTokens: namesOf('input-tokens'),
  outputTokens: namesOf('output-tokens'),
} as const

interface Names {
  readonly general: readonly [limit: string, remaining: string, reset: string]
  readonly ofMessages: readonly [limit: string, remaining: string, reset: string]
}

function namesOf(kind: string): Names {
  return {
    general: [`x-ratelimit-limit-${kind}`, `x-ratelimit-remaining-${kind}`, `x-ratelimit-reset-${kind}`],
    ofMessages: [
      `anthropic-ratelimit-${kind}-limit`,
      `anthropic-ratelimit-${kind}-remaining`,
      `anthropic-ratelimit-${kind}-reset`,
    ],
  }
}

function tellGeneral(headers: Told, { general }: Names, { limit, remaining, resetMs }: LimitStanding): void {
  headers.push(
    [general[0], String(limit)],
    [general[1], String(remaining)],
    [general[2], durationText(resetMs)],
  )
}

function tellInMessages(
  headers: Told,
  { ofMessages }: Names,
  { standing, clock }: { readonly standing: LimitStanding | undefined; readonly clock: Clock },
): void {
  if (standing === undefined) return
  const { limit, remaining, resetMs } = standing
  const reset = new Date(Math.ceil((clock.wallMs() + resetMs) / 1_000) * 1_000)
    .toISOString()
    .replace('.000Z', 'Z')
  headers.push([ofMessages[0], String(limit)], [ofMessages[1], String(remaining)], [ofMessages[2], reset])
}

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ (2026-11) */
function tellPolicies(headers: Told, all: readonly (LimitStanding | undefined)[]): void {
  const standings = all.filter((standing) => standing !== undefined)
  if (standings.length === 0) return
  let left = ''
  for (const standing of standings) left += (left === '' ? '' : ', ') + leftOf(standing)
  headers.push(['ratelimit-policy', policiesOf(standings)], ['ratelimit', left])
}

/** What was told last: most calls are under the same rules as the one before. */
let lastTold: { readonly standings: readonly LimitStanding[]; readonly policies: string } | undefined

function policiesOf(standings: readonly LimitStanding[]): string {
  if (lastTold === undefined || !areUnderSameRules(standings, lastTold.standings)) {
    lastTold = { standings, policies: standings.map(policyOf).join(', ') }
  }
  return lastTold.policies
}

function areUnderSameRules(standings: readonly LimitStanding[], others: readonly LimitStanding[]): boolean {
  if (standings.length !== others.length) return false
  for (let at = 0; at < standings.length; at += 1) {
    const one = standings[at]
    const other = others[at]
    if (one?.limit !== other?.limit || one?.perMs !== other?.perMs) return false
    if (one?.kind !== other?.kind || one?.level !== other?.level) return false
  }
  return true
}

function least(one: LimitStanding | undefined, other: LimitStanding | undefined): LimitStanding | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return one.remaining / one.limit <= other.remaining / other.limit ? one : other
}

function policyOf({ level, kind, limit, perMs }: LimitStanding): string {
  return `"${level}-${kind}";q=${limit};w=${Math.max(1, Math.round(perMs / 1_000))}`
}

function leftOf({ level, kind, remaining, resetMs }: LimitStanding): string {
  return `"${level}-${kind}";r=${remaining};t=${Math.ceil(resetMs / 1_000)}`
}

/** As OpenAI writes it: `6m0s`, `1.5s`, `120ms`. */
function durationText(durationMs: number): string {
  if (durationMs < 1_000) return `${Math.ceil(durationMs)}ms`
  const seconds = Math.ceil(durationMs / 100) / 10
  if (seconds < 60) return `${seconds}s`
  const whole = Math.ceil(durationMs / 1_000)
  const hours = Math.floor(whole / 3_600)
  const minutes = Math.floor((whole % 3_600) / 60)
  return `${hours > 0 ? `${hours}h` : ''}${minutes}m${whole % 60}s`
}
