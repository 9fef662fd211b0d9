// What was spent as the lines of a file, a page of the database at a time. Loaded when somebody first exports: a gateway of
// which nobody wants a file need not have it in memory.
import type { SpendReader } from '../ports.ts'
import { allRows } from '../spend/all-rows.ts'
import { eachSum } from '../spend/spend.ts'
import type { SpendQuestion } from '../spend/spend.ts'
import { csvLine } from './csv.ts'
import { describeAttempt } from './describe-attempt.ts'
import type { AttemptLine } from './describe-attempt.ts'
import type { ExportFormat } from './export-formats.ts'
import { focusDimensions, focusRow } from './focus.ts'

export interface ExportAsked extends Pick<SpendQuestion, 'fromMs' | 'toMs' | 'where'> {
  readonly format: ExportFormat
}

/** Attempts of a page, some hundred kilobytes of text. */
const pageAttempts = 500

/** The file in pieces, its header in the first. Rejects when it cannot be read any further. */
export async function* exportPieces(
  reader: SpendReader,
  { format, ...asked }: ExportAsked,
): AsyncGenerator<string, void, undefined> {
  if (format === 'focus') return yield* focusPieces(reader, asked)
  const lineOf = format === 'csv' ? csvOf : jsonOf
  if (format === 'csv') yield csvLine(Object.keys(describeAttempt(nobodys)))
  for (let after: string | undefined; ;) {
    const { attempts, next } = await reader.attempts({ ...asked, limit: pageAttempts, after })
    if (attempts.length > 0) yield attempts.map((attempt) => lineOf(describeAttempt(attempt))).join('')
    if (next === undefined) return
    after = next
  }
}

function csvOf(line: AttemptLine): string {
  return csvLine(Object.values(line))
}

function jsonOf({ tags, metadata, ...line }: AttemptLine): string {
  return `${JSON.stringify({ ...line, tags: parsed(tags), metadata: parsed(metadata) })}\n`
}

function parsed(cell: AttemptLine[string] | undefined): unknown {
  return typeof cell === 'string' ? JSON.parse(cell) : null
}

async function* focusPieces(
  reader: SpendReader,
  asked: Omit<ExportAsked, 'format'>,
): AsyncGenerator<string, void, undefined> {
  const names = focusDimensions.map(() => '')
  yield csvLine(Object.keys(focusRow({ startMs: 0, names, sums: oneOfEach }) ?? {}))
  for await (const row of allRows(reader, { ...asked, by: focusDimensions, interval: 'day' })) {
    const line = focusRow(row)
    if (line !== undefined) yield csvLine(Object.values(line))
  }
}

const oneOfEach = eachSum(() => 1)

/** Has every member, for the header. */
const nobodys: Parameters<typeof describeAttempt>[0] = {
  attemptId: '',
  callId: '',
  keyId: '',
  endpoint: '',
  model: '',
  provider: '',
  providerModel: '',
  kind: 'first',
  stream: false,
  startedAtMs: 0,
  estimatedInputTokens: 0,
  generation: 0,
  priceVersion: '',
  outcome: 'ok',
  status: 0,
  connectMs: 0,
  firstTokenMs: 0,
  totalMs: 0,
  reportedModel: '',
  usage: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, reasoningTokens: 0 },
  usageSource: 'final',
  usageSuspect: false,
  costNanoDollars: 0,
  listNanoDollars: 0,
  chargedNanoDollars: 0,
}
