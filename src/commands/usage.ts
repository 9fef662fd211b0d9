// `sallyport usage`: what was spent, from the database of the data directory, whether a gateway runs or not: as a table, or
// as the same files that the admin API gives.
import { openSpend } from '../compose/open-spend.ts'
import type { OpenSpend } from '../compose/open-spend.ts'
import { dollarsText } from '../core/dollars-text.ts'
import { nameOfKey } from '../keys/name-of-key.ts'
import { csvLine } from '../ledger/export/csv.ts'
import type { CsvCell } from '../ledger/export/csv.ts'
import { exportPieces } from '../ledger/export/export-apart.ts'
import { allRows } from '../ledger/spend/all-rows.ts'
import { describeSpan, describeSums, namesOf } from '../ledger/spend/describe-row.ts'
import { dimensionsIn, filterIn, intervalIn, windowIn } from '../ledger/spend/read-words.ts'
import { noSums } from '../ledger/spend/spend.ts'
import type { SpendQuestion, SpendRow, SpendSums } from '../ledger/spend/spend.ts'
import { systemClock } from '../platform/system-clock.ts'
import { alignedTable } from './aligned-table.ts'
import type { TableCell } from './aligned-table.ts'
import { keptPlace } from './kept-place.ts'
import type { CommonOptions } from './options.ts'
import type { ProcessPort } from './process-port.ts'

export interface UsageOptions extends CommonOptions {
  readonly by: string
  readonly from?: string
  readonly to?: string
  readonly interval?: string
  readonly only: readonly string[]
  readonly format: 'table' | 'csv' | 'jsonl' | 'focus'
  readonly attempts?: boolean
}

type Asked = Omit<SpendQuestion, 'limit' | 'after'>

/** Prints what was spent, in the order of time and names. */
export async function showUsage(port: ProcessPort, options: UsageOptions): Promise<number> {
  const { from, to, format } = options
  const asked: Asked = {
    ...windowIn({ from, to }, systemClock.wallMs()),
    by: dimensionsIn(options.by),
    interval: intervalIn(options.interval),
    where: filterIn(options.only.map(readFilter)),
  }
  if (options.attempts === true && format !== 'csv' && format !== 'jsonl') {
    throw new Error('--attempts needs --format csv or jsonl.')
  }
  const spend = await openSpend(await keptPlace(port, options))
  try {
    for (const what of spend.directory.mended)
      port.printError(`Mended in ${spend.directory.path}: ${what}.\n`)
    if (format === 'table') await printTable(port, spend, asked)
    else for await (const piece of piecesOf(spend, asked, options)) await print(port, piece)
    const missing = await spend.unstored()
    if (missing > 0) {
      port.printError(
        `${missing} of the attempts that have ended are not in it: they are not in the database yet.\n`,
      )
    }
    return 0
  } finally {
    await spend.close()
  }
}

/** `team=red`. */
function readFilter(text: string): readonly [string, string] {
  const equals = text.indexOf('=')
  if (equals === -1) throw new Error(`--only takes a dimension and a name, such as team=red, not "${text}".`)
  return [text.slice(0, equals), text.slice(equals + 1)]
}

/** What is printed faster than it is read would be dropped. */
async function print(port: ProcessPort, piece: string): Promise<void> {
  port.print(piece)
  await port.printed()
}

function piecesOf(
  { reader, keyNames }: OpenSpend,
  asked: Asked,
  { format, attempts }: UsageOptions,
): AsyncGenerator<string, void, undefined> {
  if (format === 'focus') return exportPieces(reader, { ...asked, format })
  if (format === 'table') throw new Error('A table is not made in pieces.')
  return attempts === true
    ? exportPieces(reader, { ...asked, format })
    : sumLines(allRows(reader, asked), { asked, keyNames, format })
}

interface Lines {
  readonly asked: Asked
  readonly keyNames: OpenSpend['keyNames']
  readonly format: 'csv' | 'jsonl'
}

async function* sumLines(
  rows: AsyncGenerator<SpendRow, void, undefined>,
  { asked, keyNames, format }: Lines,
): AsyncGenerator<string, void, undefined> {
  if (format === 'csv') {
    const nothing = { startMs: 0, names: asked.by.map(() => ''), sums: noSums }
    yield csvLine(Object.keys(lineOf(nothing, asked, keyNames)))
  }
  for await (const row of rows) {
    const line = lineOf(row, asked, keyNames)
    yield format === 'csv' ? csvLine(Object.values(line)) : `${JSON.stringify(line)}\n`
  }
}

function lineOf(
  row: SpendRow,
  { by, interval }: Asked,
  keyNames: OpenSpend['keyNames'],
): Readonly<Record<string, CsvCell>> {
  const names = namesOf(row, by)
  const { key } = names
  return {
    ...(interval !== undefined && describeSpan(row.startMs, interval)),
    ...names,
    ...(key !== undefined && { key_name: nameOfKey(key ?? '', keyNames) ?? null }),
    ...describeSums(row.sums),
  }
}

const sumHeading = ['CALLS', 'ATTEMPTS', 'INPUT', 'CACHED', 'OUTPUT', 'DOLLARS', 'CHARGED']

async function printTable(port: ProcessPort, { reader, keyNames }: OpenSpend, asked: Asked): Promise<void> {
  const { by, interval, fromMs, toMs } = asked
  const rows: TableCell[][] = []
  let [unpriced, estimated] = [0, 0]
  for await (const row of allRows(reader, asked)) {
    const names = by.map((dimension, index) => cellOf(dimension, row.names[index] ?? '', keyNames))
    const start = interval === undefined ? [] : [timeText(row.startMs, interval)]
    rows.push([...start, ...names, ...sumCells(row.sums)])
    unpriced += row.sums.unpriced
    estimated += row.sums.estimated
  }
  if (rows.length > 1) rows.push(await totalCells(reader, asked))
  const window = `from ${timeText(fromMs, 'hour')} to ${timeText(toMs, 'hour')} UTC`
  if (rows.length === 0) return port.printError(`Nothing was used ${window}.\n`)
  const heading = [...(interval === undefined ? [] : ['TIME (UTC)']), ...by.map((name) => name.toUpperCase())]
  await print(port, alignedTable([...heading, ...sumHeading], rows))
  port.printError(`\n${window}\n`)
  if (unpriced > 0)
    port.printError(`The price of ${unpriced} of the attempts is not known: they add nothing.\n`)
  if (estimated > 0)
    port.printError(`The tokens of ${estimated} of the attempts were counted or estimated here.\n`)
}

/** A call with several tags is in several rows: what all rows come to is asked for. */
async function totalCells(reader: OpenSpend['reader'], asked: Asked): Promise<TableCell[]> {
  const [total] = await reader.sums({ ...asked, by: [], interval: undefined, limit: 1 })
  const names = asked.by.length + (asked.interval === undefined ? 0 : 1)
  const titles = Array.from({ length: names }, (_, index) => (index === 0 ? 'total' : ''))
  return [...titles, ...sumCells(total?.sums ?? noSums)]
}

function cellOf(dimension: string, name: string, keyNames: OpenSpend['keyNames']): string {
  if (name === '') return '-'
  if (dimension !== 'key') return name
  const keyName = nameOfKey(name, keyNames)
  return keyName === undefined ? name : `${name} (${keyName})`
}

function sumCells(sums: SpendSums): readonly TableCell[] {
  return [
    sums.calls,
    sums.attempts,
    sums.input_tokens,
    sums.cached_input_tokens,
    sums.output_tokens,
    dollarsText(sums.cost_nano_dollars),
    dollarsText(sums.charged_nano_dollars),
  ]
}

/** `2026-11-21`, `2026-11-21 08:00`. */
function timeText(timeMs: number, interval: 'hour' | 'day'): string {
  const text = new Date(timeMs).toISOString()
  return interval === 'day' ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, 16)}`
}
