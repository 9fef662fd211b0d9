// What is left of a caller's limits, in the words that clients look for: OpenAI's names, Anthropic's on Anthropic's door, the
// plain name that simple clients know, and the fields of the IETF (draft-ietf-httpapi-ratelimit-headers, 2026).
import type { LimitStanding } from '../limits/limits.ts'
import type { Door } from '../dialects/doors.ts'
import type { Reservation } from '../pipeline/reserve.ts'

interface Now {
  readonly nowMs: number
  readonly wallMs: number
}

/** Header names and values for a call that has limits. */
export function limitHeaders(
  { book, over, holder }: Reservation,
  door: Door,
  now: Now,
): readonly (readonly [string, string])[] {
  const of = (kind: LimitStanding['kind']): LimitStanding | undefined => book.tightest(over, kind, now.nowMs)
  const requests = of('requests')
  const [tokens, input, output] = [of('tokens'), of('input_tokens'), of('output_tokens')]
  const headers: (readonly [string, string])[] =
    holder.isLocal === true ? [['x-sallyport-limits', 'local']] : []
  if (door.codec.name === 'anthropic-messages') {
    for (const [name, standing] of [
      ['requests', requests],
      ['tokens', tokens],
      ['input-tokens', input],
      ['output-tokens', output],
    ] as const) {
      if (standing !== undefined) headers.push(...anthropics(name, standing, now.wallMs))
    }
  }
  if (requests !== undefined)
    headers.push(...openais('requests', requests), ['x-ratelimit-remaining', String(requests.remaining)])
  const anyTokens = tokens ?? least(input, output)
  if (anyTokens !== undefined) headers.push(...openais('tokens', anyTokens))
  const policies = [requests, tokens, input, output].filter((standing) => standing !== undefined)
  if (policies.length > 0) {
    headers.push(
      ['ratelimit-policy', policies.map(policyOf).join(', ')],
      ['ratelimit', policies.map(leftOf).join(', ')],
    )
  }
  return headers
}

function openais(name: string, { limit, remaining, resetMs }: LimitStanding): [string, string][] {
  return [
    [`x-ratelimit-limit-${name}`, String(limit)],
    [`x-ratelimit-remaining-${name}`, String(remaining)],
    [`x-ratelimit-reset-${name}`, durationText(resetMs)],
  ]
}

function anthropics(
  name: string,
  { limit, remaining, resetMs }: LimitStanding,
  wallMs: number,
): [string, string][] {
  const reset = new Date(Math.ceil((wallMs + resetMs) / 1_000) * 1_000).toISOString().replace('.000Z', 'Z')
  return [
    [`anthropic-ratelimit-${name}-limit`, String(limit)],
    [`anthropic-ratelimit-${name}-remaining`, String(remaining)],
    [`anthropic-ratelimit-${name}-reset`, reset],
  ]
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
