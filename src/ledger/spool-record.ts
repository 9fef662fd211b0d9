// What stands in one line of the spool, as JSON. This is on the path of every call, and JSON.stringify beats any
// concatenation by hand here. Always ASCII, so that a line's length is its size in bytes.
import type { AttemptBegin, AttemptEnd, AttemptOutcome } from '../core/attempt.ts'
import type { UsageSource } from '../core/usage.ts'

export type SpoolRecord =
  | { readonly kind: 'begin'; readonly attempt: AttemptBegin }
  | { readonly kind: 'mark'; readonly attemptId: string; readonly outputTokens: number }
  | { readonly kind: 'end'; readonly attemptId: string; readonly end: AttemptEnd }

/** The JSON of a `begin`. */
export function beginJson(begin: AttemptBegin): string {
  return ascii(JSON.stringify({ begin }))
}

/** The JSON of a `mark`. */
export function markJson(attemptId: string, outputTokens: number): string {
  return ascii(JSON.stringify({ attemptId, mark: outputTokens }))
}

/** The JSON of an `end`. */
export function endJson(attemptId: string, end: AttemptEnd): string {
  return ascii(JSON.stringify({ attemptId, end }))
}

/** Reads a line's JSON; undefined when it is not a record that this version knows. */
export function readRecord(json: string): SpoolRecord | undefined {
  try {
    const line = new Fields(JSON.parse(json))
    if (line.has('begin')) return { kind: 'begin', attempt: readBegin(line.inner('begin')) }
    const attemptId = line.text('attemptId')
    if (line.has('mark')) return { kind: 'mark', attemptId, outputTokens: line.number('mark') }
    return { kind: 'end', attemptId, end: readEnd(line.inner('end')) }
  } catch {
    // A line of another version, or one that was never ours. The reader keeps the file and says so.
    return undefined
  }
}

function readBegin(fields: Fields): AttemptBegin {
  return {
    attemptId: fields.text('attemptId'),
    callId: fields.text('callId'),
    keyId: fields.text('keyId'),
    endpoint: fields.text('endpoint'),
    model: fields.text('model'),
    provider: fields.text('provider'),
    providerModel: fields.text('providerModel'),
    stream: fields.flag('stream'),
    startedAtMs: fields.number('startedAtMs'),
    estimatedInputTokens: fields.number('estimatedInputTokens'),
    generation: fields.number('generation'),
  }
}

function readEnd(fields: Fields): AttemptEnd {
  const usage = fields.inner('usage')
  return {
    outcome: fields.text('outcome') as AttemptOutcome,
    status: fields.number('status'),
    connectMs: fields.number('connectMs'),
    firstTokenMs: fields.number('firstTokenMs'),
    totalMs: fields.number('totalMs'),
    reportedModel: fields.text('reportedModel'),
    usage: {
      inputTokens: usage.number('inputTokens'),
      cachedInputTokens: usage.number('cachedInputTokens'),
      outputTokens: usage.number('outputTokens'),
      reasoningTokens: usage.number('reasoningTokens'),
    },
    usageSource: fields.text('usageSource') as UsageSource,
  }
}

/** The fields of an object that must be there; what is not, or is of another kind, throws. */
class Fields {
  readonly #fields: object

  constructor(fields: unknown) {
    if (typeof fields !== 'object' || fields === null) throw new TypeError('This is no object.')
    this.#fields = fields
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#fields, name)
  }

  inner(name: string): Fields {
    return new Fields(this.#value(name))
  }

  text(name: string): string {
    const value = this.#value(name)
    if (typeof value !== 'string') throw new TypeError(`"${name}" is no text.`)
    return value
  }

  /** JSON has no word for a number that is none: it comes back as null, and as zero from here. */
  number(name: string): number {
    const value = this.#value(name)
    if (value === null) return 0
    if (typeof value !== 'number') throw new TypeError(`"${name}" is no number.`)
    return value
  }

  flag(name: string): boolean {
    const value = this.#value(name)
    if (typeof value !== 'boolean') throw new TypeError(`"${name}" is neither true nor false.`)
    return value
  }

  #value(name: string): unknown {
    return Object.hasOwn(this.#fields, name) ? Reflect.get(this.#fields, name) : undefined
  }
}

const beyondAscii = /[^ -~]/g

function ascii(json: string): string {
  // The count of bytes is had at the speed of memory, and a search by pattern is not.
  if (Buffer.byteLength(json) === json.length) return json
  return json.replace(beyondAscii, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
