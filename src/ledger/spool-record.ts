// What stands in one line of the spool, as JSON. Written by hand, because it is on the path of every call; always
// ASCII, so that a line's length is its size in bytes.
import type { AttemptBegin, AttemptEnd, AttemptOutcome } from '../core/attempt.ts'
import type { UsageSource } from '../core/usage.ts'

export type SpoolRecord =
  | { readonly kind: 'begin'; readonly attempt: AttemptBegin }
  | { readonly kind: 'mark'; readonly attemptId: string; readonly outputTokens: number }
  | { readonly kind: 'end'; readonly attemptId: string; readonly end: AttemptEnd }

/** The JSON of a `begin`. */
export function beginJson(attempt: AttemptBegin): string {
  return (
    `{"kind":"begin","attemptId":${quoted(attempt.attemptId)},"callId":${quoted(attempt.callId)}` +
    `,"keyId":${quoted(attempt.keyId)},"endpoint":${quoted(attempt.endpoint)},"model":${quoted(attempt.model)}` +
    `,"provider":${quoted(attempt.provider)},"providerModel":${quoted(attempt.providerModel)}` +
    `,"stream":${attempt.stream},"startedAtMs":${numeral(attempt.startedAtMs)}` +
    `,"estimatedInputTokens":${numeral(attempt.estimatedInputTokens)},"generation":${numeral(attempt.generation)}}`
  )
}

/** The JSON of a `mark`. */
export function markJson(attemptId: string, outputTokens: number): string {
  return `{"kind":"mark","attemptId":${quoted(attemptId)},"outputTokens":${numeral(outputTokens)}}`
}

/** The JSON of an `end`. */
export function endJson(attemptId: string, end: AttemptEnd): string {
  const { usage } = end
  return (
    `{"kind":"end","attemptId":${quoted(attemptId)},"outcome":"${end.outcome}","status":${numeral(end.status)}` +
    `,"connectMs":${duration(end.connectMs)},"firstTokenMs":${duration(end.firstTokenMs)}` +
    `,"totalMs":${duration(end.totalMs)},"reportedModel":${quoted(end.reportedModel)}` +
    `,"inputTokens":${numeral(usage.inputTokens)},"cachedInputTokens":${numeral(usage.cachedInputTokens)}` +
    `,"outputTokens":${numeral(usage.outputTokens)},"reasoningTokens":${numeral(usage.reasoningTokens)}` +
    `,"usageSource":"${end.usageSource}"}`
  )
}

/** Reads a line's JSON; undefined when it is not a record that this version knows. */
export function readRecord(json: string): SpoolRecord | undefined {
  try {
    const fields: unknown = JSON.parse(json)
    return typeof fields === 'object' && fields !== null ? new Fields(fields).record() : undefined
  } catch {
    // A line of another version, or one that was never ours. The reader keeps the file and says so.
    return undefined
  }
}

class MissingField extends Error {}

class Fields {
  readonly #fields: Readonly<Record<string, unknown>>

  constructor(fields: object) {
    this.#fields = { ...fields }
  }

  record(): SpoolRecord {
    const attemptId = this.#text('attemptId')
    const kind = this.#text('kind')
    if (kind === 'begin') return { kind, attempt: this.#begin(attemptId) }
    if (kind === 'mark') return { kind, attemptId, outputTokens: this.#number('outputTokens') }
    if (kind === 'end') return { kind, attemptId, end: this.#end() }
    throw new MissingField(kind)
  }

  #begin(attemptId: string): AttemptBegin {
    return {
      attemptId,
      callId: this.#text('callId'),
      keyId: this.#text('keyId'),
      endpoint: this.#text('endpoint'),
      model: this.#text('model'),
      provider: this.#text('provider'),
      providerModel: this.#text('providerModel'),
      stream: this.#fields['stream'] === true,
      startedAtMs: this.#number('startedAtMs'),
      estimatedInputTokens: this.#number('estimatedInputTokens'),
      generation: this.#number('generation'),
    }
  }

  #end(): AttemptEnd {
    return {
      outcome: this.#text('outcome') as AttemptOutcome,
      status: this.#number('status'),
      connectMs: this.#number('connectMs'),
      firstTokenMs: this.#number('firstTokenMs'),
      totalMs: this.#number('totalMs'),
      reportedModel: this.#text('reportedModel'),
      usage: {
        inputTokens: this.#number('inputTokens'),
        cachedInputTokens: this.#number('cachedInputTokens'),
        outputTokens: this.#number('outputTokens'),
        reasoningTokens: this.#number('reasoningTokens'),
      },
      usageSource: this.#text('usageSource') as UsageSource,
    }
  }

  #text(name: string): string {
    const value = this.#fields[name]
    if (typeof value !== 'string') throw new MissingField(name)
    return value
  }

  #number(name: string): number {
    const value = this.#fields[name]
    if (typeof value !== 'number') throw new MissingField(name)
    return value
  }
}

const plain = /^[ !#-[\]-~]*$/
const beyondAscii = /[^ -~]/g

function quoted(text: string): string {
  if (plain.test(text)) return `"${text}"`
  return JSON.stringify(text).replace(beyondAscii, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** A number that is none must not make the whole line unreadable. */
function numeral(count: number): number {
  return Number.isFinite(count) ? count : 0
}

/** Microseconds are exact enough, and short. */
function duration(milliseconds: number): number {
  return Number.isFinite(milliseconds) ? Math.round(milliseconds * 1000) / 1000 : -1
}
