// What stands in one line of the spool: a letter for its kind, and JSON. An end repeats its begin, so that whoever ships
// it needs no other line. This is on the path of every call: without names a call's two lines are 312 bytes instead of 556. Always
// ASCII, so that a line's length is its size in bytes.
import type { AttemptBegin, AttemptEnd, AttemptKind, AttemptOutcome, AttemptRecord } from '../core/attempt.ts'
import { rareCounts } from '../core/usage.ts'
import type { Usage, UsageSource } from '../core/usage.ts'
import { readWhose, whoseText } from './spool-whose.ts'
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

/** Reads a line; undefined when it is not a record that this version knows. */
export function readRecord(line: string): SpoolRecord | undefined {
  const json = line.slice(1)
  try {
    switch (line[0]) {
      case 'b':
        return { kind: 'begin', attemptId: firstText(json), row: json }
      case 'm':
        return readMark(JSON.parse(json))
      case 'e':
        return readEnd(JSON.parse(json))
      case 'p':
        return readPriceLine(JSON.parse(json))
      default:
        return undefined
    }
  } catch {
    // A line of another version, or one that was never ours. The reader keeps the file and says so.
    return undefined
  }
}

/** Reads the row of a begin; undefined when it is none. */
export function readBegin(row: string): AttemptBegin | undefined {
  try {
    return beginOf(JSON.parse(row))
  } catch {
    return undefined
  }
}

/** The first text of a row, without reading the rest: most begins are only ever counted. */
function firstText(row: string): string {
  const end = row.indexOf('",')
  const text = row.slice(2, end)
  if (!row.startsWith('["') || end === -1) throw new TypeError('This is no row.')
  return text.includes('\\') ? beginOf(JSON.parse(row)).attemptId : text
}

function readMark(row: unknown): SpoolRecord {
  const [attemptId, outputTokens] = checked(row, 'tn')
  return { kind: 'mark', attemptId: String(attemptId), outputTokens: Number(outputTokens) }
}

function readEnd(rows: unknown): SpoolRecord {
  if (!Array.isArray(rows) || rows.length < 2 || rows.length > 3) throw new TypeError('This is no end.')
  // What an older program left in the spool knows no prices.
  const isOlder = Array.isArray(rows[1]) && rows[1].length === 11
  const row = checked(isOlder ? [...rows[1], null, null, null, '', false] : rows[1], 'tnnnntnnnntnnntf')
  return {
    kind: 'end',
    attempt: {
      ...beginOf(rows[0]),
      outcome: row[0] as AttemptOutcome,
      status: Number(row[1]),
      connectMs: inMilliseconds(row[2]),
      firstTokenMs: inMilliseconds(row[3]),
      totalMs: inMilliseconds(row[4]),
      reportedModel: String(row[5]),
      usage: {
        inputTokens: Number(row[6]),
        cachedInputTokens: Number(row[7]),
        outputTokens: Number(row[8]),
        reasoningTokens: Number(row[9]),
        ...(row[14] === '' ? {} : { serviceTier: String(row[14]) }),
        ...rareCountsOf(rows[2]),
      },
      usageSource: row[10] as UsageSource,
      costNanoDollars: moneyAt(row[11]),
      listNanoDollars: moneyAt(row[12]),
      chargedNanoDollars: moneyAt(row[13]),
      usageSuspect: row[15] === true,
    },
  }
}

/** Of a row that has any. */
function rareCountsOf(fields: unknown): Partial<Usage> {
  if (fields === undefined) return {}
  const row = checked(fields, 'nnnnnn')
  const told = rareCounts.map((name, index): [string, number] => [name, Number(row[index])])
  return Object.fromEntries(told.filter(([, tokens]) => tokens > 0))
}

function moneyAt(field: unknown): number | null {
  return field === null ? null : Number(field)
}

function readPriceLine(fields: unknown): SpoolRecord {
  const [id, text, firstUsedMs] = checked(fields, 'ttn')
  return { kind: 'price', price: { id: String(id), text: String(text), firstUsedMs: Number(firstUsedMs) } }
}

/** What older programs left in the spool knows no prices, or not even kinds. */
const laterFields: ReadonlyMap<number, readonly unknown[]> = new Map([
  [11, ['first', '']],
  [12, ['']],
])

/** Whose it was comes last, where that is known. */
const fieldsWithoutWhose = 13

function beginOf(fields: unknown): AttemptBegin {
  const all: readonly unknown[] = Array.isArray(fields) ? fields : []
  const whose = all.length === fieldsWithoutWhose + 1 ? readWhose(all.at(-1)) : undefined
  const own = whose === undefined ? all : all.slice(0, -1)
  const row = checked([...own, ...(laterFields.get(own.length) ?? [])], 'ttnntttttfntt')
  return {
    attemptId: String(row[0]),
    callId: String(row[1]),
    startedAtMs: Number(row[2]),
    estimatedInputTokens: Number(row[3]),
    keyId: String(row[4]),
    endpoint: String(row[5]),
    model: String(row[6]),
    provider: String(row[7]),
    providerModel: String(row[8]),
    stream: row[9] === true,
    generation: Number(row[10]),
    kind: row[11] as AttemptKind,
    priceVersion: String(row[12]),
    ...whose,
  }
}

const kinds = { t: 'string', n: 'number', f: 'boolean' } as const

/**
 * A row with exactly these fields: `t` for a text, `n` for a number, `f` for a flag. JSON has no word for a number that is
 * none: it comes back as null, and as zero from here.
 */
function checked(row: unknown, fields: string): readonly unknown[] {
  if (!Array.isArray(row) || row.length !== fields.length) throw new TypeError('This is no row.')
  for (let index = 0; index < fields.length; index += 1) {
    const kind = kinds[fields[index] as keyof typeof kinds]
    if (typeof row[index] !== kind && (row[index] !== null || kind !== 'number')) {
      throw new TypeError(`Field ${index} of the row is no ${kind}.`)
    }
  }
  return row
}

/** Below zero stands for a point that was not reached. */
function inMicroseconds(durationMs: number): number {
  return durationMs < 0 ? -1 : Math.round(durationMs * 1000)
}

function inMilliseconds(durationUs: unknown): number {
  const duration = Number(durationUs)
  return duration < 0 ? -1 : duration / 1000
}

const beyondAscii = /[^ -~]/g

function ascii(json: string): string {
  // The count of bytes is had at the speed of memory, and a search by pattern is not.
  if (Buffer.byteLength(json) === json.length) return json
  return json.replace(beyondAscii, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
