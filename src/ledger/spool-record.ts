// What stands in one line of the spool: a letter for its kind, and JSON. An end repeats its begin, so that whoever ships
// it needs no other line. This is on the path of every call: without names a call's two lines are 312 bytes instead of 556. Always
// ASCII, so that a line's length is its size in bytes.
import type { AttemptBegin, AttemptEnd, AttemptRecord } from '../core/attempt.ts'
import { rareCounts } from '../core/usage.ts'
import type { Usage } from '../core/usage.ts'
import { whoseText } from './spool-whose.ts'
import type { KeptPrice } from './ports.ts'

export type SpoolRecord =
  /** `row` is the whole begin, to be read with `readBegin` when it is needed. */
  | { readonly kind: 'begin'; readonly attemptId: string; readonly row: string }
  | { readonly kind: 'mark'; readonly attemptId: string; readonly outputTokens: number }
  | { readonly kind: 'end'; readonly attempt: AttemptRecord }
  | { readonly kind: 'price'; readonly price: KeptPrice }

/** What begins of a kind have in common; runs of calls do. */
export type BeginKind = Pick<
  AttemptBegin,
  | 'keyId'
  | 'endpoint'
  | 'model'
  | 'provider'
  | 'providerModel'
  | 'stream'
  | 'generation'
  | 'kind'
  | 'priceVersion'
  | 'owner'
  | 'region'
  | 'inner'
>

/** The fields of a kind, as they stand in a row. */
export function kindFields(kind: BeginKind): string {
  const { keyId, endpoint, model, provider, providerModel, stream, generation, priceVersion } = kind
  const fields = [
    keyId,
    endpoint,
    model,
    provider,
    providerModel,
    stream,
    generation,
    kind.kind,
    priceVersion,
  ]
  const whose = whoseText(kind)
  const text = JSON.stringify(fields).slice(1, -1)
  return ascii(whose === '' ? text : `${text},${whose}`)
}

/** Whether two begins are of the same kind. */
export function isSameKind(one: BeginKind, other: BeginKind): boolean {
  return (
    one.model === other.model &&
    one.keyId === other.keyId &&
    one.provider === other.provider &&
    one.providerModel === other.providerModel &&
    one.stream === other.stream &&
    one.endpoint === other.endpoint &&
    one.generation === other.generation &&
    one.kind === other.kind &&
    one.priceVersion === other.priceVersion &&
    one.owner === other.owner &&
    one.region === other.region &&
    one.inner === other.inner
  )
}

/** The row of a begin: a line of its own behind a `b`, and the first half of its end. */
export function beginRow(begin: AttemptBegin, kind = kindFields(begin)): string {
  const { attemptId, callId, startedAtMs, estimatedInputTokens } = begin
  const own = ascii(JSON.stringify([attemptId, callId, startedAtMs, estimatedInputTokens]))
  return `${own.slice(0, -1)},${kind}]`
}

/** The line of a begin. */
export function beginLine(row: string): string {
  return `b${row}`
}

/** The line of a mark. */
export function markLine(attemptId: string, outputTokens: number): string {
  return ascii(`m${JSON.stringify([attemptId, outputTokens])}`)
}

/** The line of a price: before the first begin that names it. */
export function priceLine({ id, text, firstUsedMs }: KeptPrice): string {
  return ascii(`p${JSON.stringify([id, text, firstUsedMs])}`)
}

/** The line of an end. Times are whole microseconds: printing a fraction to its last digit costs as much as the rest. */
export function endLine(row: string, end: AttemptEnd): string {
  const { usage } = end
  const ended = JSON.stringify([
    end.outcome,
    end.status,
    inMicroseconds(end.connectMs),
    inMicroseconds(end.firstTokenMs),
    inMicroseconds(end.totalMs),
    end.reportedModel,
    usage.inputTokens,
    usage.cachedInputTokens,
    usage.outputTokens,
    usage.reasoningTokens,
    end.usageSource,
    end.costNanoDollars,
    end.listNanoDollars,
    end.chargedNanoDollars,
    usage.serviceTier ?? '',
    end.usageSuspect,
  ])
  return `e[${row},${ascii(ended)}${rareFields(usage)}]`
}

/** What most answers do not tell, where one does. */
function rareFields(usage: Usage): string {
  let told = false
  for (const name of rareCounts) told ||= usage[name] !== undefined
  return told ? `,${JSON.stringify(rareCounts.map((name) => usage[name] ?? 0))}` : ''
}

/** Below zero stands for a point that was not reached. */
function inMicroseconds(durationMs: number): number {
  return durationMs < 0 ? -1 : Math.round(durationMs * 1000)
}

const beyondAscii = /[^ -~]/g

function ascii(json: string): string {
  // The count of bytes is had at the speed of memory, and a search by pattern is not.
  if (Buffer.byteLength(json) === json.length) return json
  return json.replace(beyondAscii, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
