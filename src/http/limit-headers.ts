// What is left of a caller's limits, in the words that clients look for: OpenAI's names, Anthropic's on Anthropic's door, the
// plain name that simple clients know, and the fields of the IETF (draft-ietf-httpapi-ratelimit-headers, 2026).
import type { Clock } from '../core/clock.ts'
import type { LimitStanding, RateKind, TightestLimits } from '../limits/limits.ts'
import type { Door } from '../dialects/doors.ts'
import type { LimitHeaders } from './answer-headers.ts'
import type { Reservation } from '../pipeline/reserve.ts'

/** Headers for a call that has limits. */
export function limitHeaders({ book, over, holder }: Reservation, door: Door, clock: Clock): LimitHeaders {
  const standings = book.tightest(over, clock.nowMs())
  const { requests, tokens, input_tokens: input, output_tokens: output } = standings
  const told: string[] = []
  if (holder.isLocal === true) told.push('x-sallyport-limits', 'local')
  if (door.codec.name === 'anthropic-messages') {
    tellInMessages(told, names.requests, { standing: requests, clock })
    tellInMessages(told, names.tokens, { standing: tokens, clock })
    tellInMessages(told, names.inputTokens, { standing: input, clock })
    tellInMessages(told, names.outputTokens, { standing: output, clock })
  }
  if (requests !== undefined) {
    const remaining = tellGeneral(told, names.requests, requests)
    told.push('x-ratelimit-remaining', remaining)
  }
  const anyTokens = tokens ?? least(input, output)
  if (anyTokens !== undefined) tellGeneral(told, names.tokens, anyTokens)
  tellPolicies(told, standings)
  return told
}

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

function tellGeneral(
  told: string[],
  { general }: Names,
  { limit, remaining, resetMs }: LimitStanding,
): string {
  const left = String(remaining)
  told.push(general[0], String(limit), general[1], left, general[2], durationText(resetMs))
  return left
}

function tellInMessages(
  told: string[],
  { ofMessages }: Names,
  { standing, clock }: { readonly standing: LimitStanding | undefined; readonly clock: Clock },
): void {
  if (standing === undefined) return
  const { limit, remaining, resetMs } = standing
  const reset = new Date(Math.ceil((clock.wallMs() + resetMs) / 1_000) * 1_000)
    .toISOString()
    .replace('.000Z', 'Z')
  told.push(ofMessages[0], String(limit), ofMessages[1], String(remaining), ofMessages[2], reset)
}

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ (2026-11) */
function tellPolicies(told: string[], tightest: TightestLimits): void {
  if (!areUnder(last.rules, tightest)) last = policiesOf(tightest)
  let left = ''
  for (const { kind, beginning } of last.rules) {
    const { remaining, resetMs } = tightest[kind] ?? nothing
    left += `${beginning}${remaining};t=${Math.ceil(resetMs / 1_000)}`
  }
  if (left !== '') told.push('ratelimit-policy', last.text, 'ratelimit', left)
}

const nothing = { remaining: 0, resetMs: 0 }

/** In the order in which they are told. */
const kinds = ['requests', 'tokens', 'input_tokens', 'output_tokens'] as const satisfies readonly RateKind[]

interface Policies {
  readonly rules: readonly ToldRule[]
  readonly text: string
}

interface ToldRule extends Pick<LimitStanding, 'level' | 'limit' | 'perMs'> {
  readonly kind: RateKind
  /** What stands before that which is left of it. */
  readonly beginning: string
}

/** What was told last: most calls are under the same rules as the one before. */
let last: Policies = { rules: [], text: '' }

function policiesOf(tightest: TightestLimits): Policies {
  const rules: ToldRule[] = []
  let text = ''
  for (const kind of kinds) {
    const standing = tightest[kind]
    if (standing === undefined) continue
    const { level, limit, perMs } = standing
    const policy = `${rules.length === 0 ? '' : ', '}"${level}-${kind}"`
    text += `${policy};q=${limit};w=${Math.max(1, Math.round(perMs / 1_000))}`
    rules.push({ level, kind, limit, perMs, beginning: `${policy};r=` })
  }
  return { rules, text }
}

function areUnder(rules: readonly ToldRule[], tightest: TightestLimits): boolean {
  let at = 0
  for (const kind of kinds) {
    const standing = tightest[kind]
    if (standing === undefined) continue
    const rule = rules[at]
    at += 1
    if (rule?.kind !== kind || rule.level !== standing.level) return false
    if (rule.limit !== standing.limit || rule.perMs !== standing.perMs) return false
  }
  return at === rules.length
}

function least(one: LimitStanding | undefined, other: LimitStanding | undefined): LimitStanding | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return one.remaining / one.limit <= other.remaining / other.limit ? one : other
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
