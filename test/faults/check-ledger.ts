// The oracle: what the providers billed, what the gateway recorded and what the clients saw must tell one story. The
// bill is the provider's own count, so that nothing here rests on what the gateway believes of itself.
import { Database } from 'bun:sqlite'
import { join } from 'node:path'
import type { RunningGateway } from '../end-to-end/start-gateway.ts'
import type { BillEntry } from '../simulator/bill.ts'
import { none } from './figure.ts'
import type { Figure } from './figure.ts'
import type { SeenCall } from './see-call.ts'

/** An attempt as the gateway recorded it. */
export interface Row {
  readonly attempt_id: string
  readonly call_id: string
  readonly provider: string
  readonly outcome: string
  readonly status: number
  readonly usage_source: string
  readonly input_tokens: number
  readonly output_tokens: number
  readonly started_at_ms: number
}

/** Asks a gateway to leave, so that nothing is missing, and reads the attempts that it recorded. */
export async function recordsOf(
  gateway: RunningGateway,
  readElsewhere?: () => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  gateway.process.kill('SIGTERM')
  await gateway.process.exited
  if (readElsewhere !== undefined) return await readElsewhere()
  const database = new Database(join(gateway.dataDirectory, 'sallyport.db'), { readonly: true })
  try {
    return database.query<Row, []>('SELECT * FROM attempts').all()
  } finally {
    database.close()
  }
}

/** Two counts of the same stream may differ by this much where the provider's own never came. */
const countsApart = 0.05
const tokensApart = 2
/** How an attempt ends that was never sent. */
const unsent = new Set(['unreachable', 'cancelled', 'timeout', 'shutdown'])

/** Every attempt is billed and recorded, once, with the same counts. */
export function ledgerFigures(
  rows: readonly Row[],
  bill: readonly BillEntry[],
  say: (line: string) => void,
): readonly Figure[] {
  const byId = new Map(rows.map((row) => [row.attempt_id, row]))
  const billed = new Map(bill.map((entry) => [entry.attemptId, entry]))
  const twice = bill.length - billed.size
  const missing = bill.filter(({ attemptId }) => !byId.has(attemptId))
  const unbilled = rows.filter(
    ({ attempt_id: id, outcome, status }) => !billed.has(id) && !(unsent.has(outcome) && status === 0),
  )
  const pairs = bill.flatMap((entry) => {
    const row = byId.get(entry.attemptId)
    return row === undefined ? [] : [{ row, entry }]
  })
  return [
    none('billed, not recorded', missing.map(shown), say),
    none('recorded, never sent', unbilled.map(shown), say),
    none(
      'billed twice',
      Array.from({ length: twice }, () => 'an id came twice'),
      say,
    ),
    none('counts that differ', pairs.filter(isWrong).map(shown), say),
  ]
}

/** What clients read is one provider's text, or its beginning, and every answer says how it ended. */
export function truthFigures(
  calls: readonly SeenCall[],
  expected: (call: SeenCall) => string,
  say: (line: string) => void,
): readonly Figure[] {
  const foreign = calls.filter((call) => !expected(call).startsWith(call.text))
  const falseEnds = calls.filter((call) => call.end === 'whole' && call.text !== expected(call))
  const untold = calls.filter(({ end }) => end === 'untold' || end === 'garbled' || end === 'hung')
  return [
    none('texts that no provider said', foreign.map(shownCall), say),
    none('false clean ends', falseEnds.map(shownCall), say),
    none('ends that were not told', untold.map(shownCall), say),
  ]
}

export function shownCall({ prompt, end, status, problem, text }: SeenCall): string {
  return `${prompt}: ${end} ${status} ${problem} after "${text.slice(-40)}"`
}

interface Pair {
  readonly row: Row
  readonly entry: BillEntry
}

function isWrong({ row, entry }: Pair): boolean {
  const isOk = row.outcome === 'ok'
  if (isOk && row.usage_source === 'final') {
    return row.input_tokens !== entry.inputTokens || row.output_tokens !== entry.outputTokens
  }
  // More than was written cannot have come. All of it came only where nobody left early and nothing was lost.
  if (row.output_tokens > entry.outputTokens * (1 + countsApart) + tokensApart) return true
  if (row.usage_source === 'estimated' || !(isOk || entry.finish === 'cut')) return false
  return row.output_tokens < entry.outputTokens * (1 - countsApart) - tokensApart
}

function shown(found: object): string {
  return JSON.stringify(found)
}
