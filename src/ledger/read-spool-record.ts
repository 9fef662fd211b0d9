// Reads the lines of the spool, which `spool-record.ts` writes. Most of an end is what it has in common with those around it:
// key, model, deployment, owner. That part is read once, and found again by its text.
import type { AttemptBegin, AttemptKind, AttemptOutcome, AttemptRecord } from '../core/attempt.ts'
import { rareCounts } from '../core/usage.ts'
import type { Usage, UsageSource } from '../core/usage.ts'
import type { BeginKind, SpoolRecord } from './spool-record.ts'
import { readWhose } from './spool-whose.ts'

/** Beyond so many kinds all are forgotten: what clients name is part of them, and clients may name much. */
const knownMax = 256

export class SpoolReader {
  readonly #known = new Map<string, BeginKind>()

  /** Undefined for a line that is no record that this version knows. */
  read(line: string): SpoolRecord | undefined {
    try {
      switch (line[0]) {
        case 'b':
          return readBeginLine(line.slice(1))
        case 'm':
          return readMark(JSON.parse(line.slice(1)))
        case 'e':
          return { kind: 'end', attempt: this.#readEnd(line) }
        case 'p':
          return readPriceLine(JSON.parse(line.slice(1)))
        default:
          return undefined
      }
    } catch {
      // A line of another version, or one that was never ours. The reader keeps the file and says so.
      return undefined
    }
  }

  #readEnd(line: string): AttemptRecord {
    const from = endOfOwn(line)
    const to = line.indexOf('],[', from)
    const text = line.slice(from, to)
    const kind = this.#known.get(text)
    if (kind !== undefined) {
      const own: unknown = JSON.parse(`${line.slice(rowAt, from - 1)}]`)
      const [end, rare]: readonly unknown[] = JSON.parse(`[${line.slice(to + 2)}`)
      return recordOf(own, kind, { end, rare })
    }
    const rows: unknown = JSON.parse(line.slice(1))
    if (!Array.isArray(rows) || rows.length < 2 || rows.length > 3) throw new TypeError('This is no end.')
    const row = wholeRow(rows[0])
    const found = kindOf(row.slice(ownFields))
    if (isAllOf(text, row.slice(ownFields))) this.#keep(text, found)
    return recordOf(row.slice(0, ownFields), found, { end: rows[1], rare: rows[2] })
  }

  #keep(text: string, kind: BeginKind): void {
    if (this.#known.size >= knownMax) this.#known.clear()
    this.#known.set(text, kind)
  }
}

/**
 * Whether these fields stand in a text, and nothing else: what a client named may look like the end of a row. Once it is
 * known, the same text before a bracket can be nothing but all of a row's end again.
 */
function isAllOf(text: string, fields: readonly unknown[]): boolean {
  try {
    const read: unknown = JSON.parse(`[${text}]`)
    return Array.isArray(read) && read.length === fields.length
  } catch {
    return false
  }
}

/** Reads the row of a begin; undefined when it is none. */
export function readBegin(row: string): AttemptBegin | undefined {
  try {
    return beginOf(wholeRow(JSON.parse(row)))
  } catch {
    return undefined
  }
}

/** An end's row begins behind its letter and the bracket around both its halves. */
const rowAt = 2
/** Ids, time and estimate are an attempt's own. */
const ownFields = 4

/** Where what an end's row has in common with others begins; 0 in a line that has no such place. */
function endOfOwn(line: string): number {
  let at = rowAt
  for (let field = 0; field < ownFields; field += 1) at = line.indexOf(',', at) + 1
  return at
}

function readBeginLine(row: string): SpoolRecord {
  return { kind: 'begin', attemptId: firstText(row), row }
}

/** The first text of a row, without reading the rest: most begins are only ever counted. */
function firstText(row: string): string {
  const end = row.indexOf('",')
  const text = row.slice(2, end)
  if (!row.startsWith('["') || end === -1) throw new TypeError('This is no row.')
  return text.includes('\\') ? beginOf(wholeRow(JSON.parse(row))).attemptId : text
}

function readMark(row: unknown): SpoolRecord {
  const [attemptId, outputTokens] = checked(row, 'tn')
  return { kind: 'mark', attemptId: String(attemptId), outputTokens: Number(outputTokens) }
}

function readPriceLine(fields: unknown): SpoolRecord {
  const [id, text, firstUsedMs] = checked(fields, 'ttn')
  return { kind: 'price', price: { id: String(id), text: String(text), firstUsedMs: Number(firstUsedMs) } }
}

function recordOf(
  own: unknown,
  kind: BeginKind,
  { end, rare }: { readonly end: unknown; readonly rare: unknown },
): AttemptRecord {
  const [attemptId, callId, startedAtMs, estimatedInputTokens] = checked(own, 'ttnn')
  // What an older program left in the spool knows no prices.
  const isOlder = Array.isArray(end) && end.length === 11
  const row = checked(isOlder ? [...end, null, null, null, '', false] : end, 'tnnnntnnnntnnntf')
  return {
    ...kind,
    attemptId: String(attemptId),
    callId: String(callId),
    startedAtMs: Number(startedAtMs),
    estimatedInputTokens: Number(estimatedInputTokens),
    outcome: row[0] as AttemptOutcome,
    status: Number(row[1]),
    connectMs: inMilliseconds(row[2]),
    firstTokenMs: inMilliseconds(row[3]),
    totalMs: inMilliseconds(row[4]),
    reportedModel: String(row[5]),
    usage: usageOf(row, rare),
    usageSource: row[10] as UsageSource,
    costNanoDollars: moneyAt(row[11]),
    listNanoDollars: moneyAt(row[12]),
    chargedNanoDollars: moneyAt(row[13]),
    usageSuspect: row[15] === true,
  }
}

function usageOf(row: readonly unknown[], rare: unknown): Usage {
  const usage = {
    inputTokens: Number(row[6]),
    cachedInputTokens: Number(row[7]),
    outputTokens: Number(row[8]),
    reasoningTokens: Number(row[9]),
  }
  const tier = row[14]
  if (tier === '' && rare === undefined) return usage
  return { ...usage, ...(tier !== '' && { serviceTier: String(tier) }), ...rareCountsOf(rare) }
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

/** What older programs left in the spool knows no prices, or not even kinds. */
const laterFields: ReadonlyMap<number, readonly unknown[]> = new Map([
  [11, ['first', '']],
  [12, ['']],
])

/** A begin's row, with what an older program did not know. */
function wholeRow(row: unknown): readonly unknown[] {
  if (!Array.isArray(row)) throw new TypeError('This is no row.')
  return [...row, ...(laterFields.get(row.length) ?? [])]
}

function beginOf(row: readonly unknown[]): AttemptBegin {
  const [attemptId, callId, startedAtMs, estimatedInputTokens] = checked(row.slice(0, ownFields), 'ttnn')
  return {
    ...kindOf(row.slice(ownFields)),
    attemptId: String(attemptId),
    callId: String(callId),
    startedAtMs: Number(startedAtMs),
    estimatedInputTokens: Number(estimatedInputTokens),
  }
}

/** Whose it was comes last, where that is known. */
const kindFieldsWithoutWhose = 9

function kindOf(fields: readonly unknown[]): BeginKind {
  const whose = fields.length > kindFieldsWithoutWhose ? readWhose(fields.at(-1)) : undefined
  const row = checked(whose === undefined ? fields : fields.slice(0, -1), 'tttttfntt')
  return {
    keyId: String(row[0]),
    endpoint: String(row[1]),
    model: String(row[2]),
    provider: String(row[3]),
    providerModel: String(row[4]),
    stream: row[5] === true,
    generation: Number(row[6]),
    kind: row[7] as AttemptKind,
    priceVersion: String(row[8]),
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

function inMilliseconds(durationUs: unknown): number {
  const duration = Number(durationUs)
  return duration < 0 ? -1 : duration / 1000
}
