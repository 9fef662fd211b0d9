// `sallyport reconcile`: what was recorded beside what a provider's own export says, and an exit code for those who run it
// every night.
import { openSpend } from '../compose/open-spend.ts'
import type { OpenSpend } from '../compose/open-spend.ts'
import { dollarsText } from '../core/dollars-text.ts'
import { compare } from '../ledger/reconcile/compare.ts'
import type { Difference, RecordedRow } from '../ledger/reconcile/compare.ts'
import { readExport } from '../ledger/reconcile/provider-export.ts'
import type { ExportColumns, ProvidedRow } from '../ledger/reconcile/provider-export.ts'
import { allRows } from '../ledger/spend/all-rows.ts'
import { dayMs } from '../ledger/spend/spend.ts'
import { readText } from '../platform/read-text.ts'
import { alignedTable } from './aligned-table.ts'
import { keptPlace } from './kept-place.ts'
import type { CommonOptions } from './options.ts'
import type { ProcessPort } from './process-port.ts'

export interface ReconcileOptions extends CommonOptions {
  readonly provider?: string
  readonly columns?: string
  readonly tolerance: string
  readonly json?: boolean
}

/** Resolves with 0 when all sums agree, and with 1 when one differs by more than is tolerated. */
export async function reconcile(port: ProcessPort, file: string, options: ReconcileOptions): Promise<number> {
  const tolerance = toleranceIn(options.tolerance)
  const columns = options.columns === undefined ? undefined : columnsIn(options.columns)
  const provided = readExport(textOf(port, file), columns)
  if (provided.length === 0) throw new Error('The export says nothing was used at all.')
  const spend = await openSpend(await keptPlace(port, options))
  try {
    const recorded = await recordedRows(spend, provided, options.provider)
    const differences = compare(recorded, provided, tolerance)
    const tooLarge = differences.filter(({ isTooLarge }) => isTooLarge)
    if (options.json === true) for (const difference of differences) port.print(`${jsonOf(difference)}\n`)
    else if (tooLarge.length > 0) port.print(tableOf(tooLarge))
    port.printError(verdictOf(differences, tooLarge.length, options.tolerance))
    const missing = await spend.unstored()
    if (missing > 0)
      port.printError(`${missing} of the attempts that have ended are not in the database yet.\n`)
    return tooLarge.length > 0 ? 1 : 0
  } finally {
    await spend.close()
  }
}

const exportBytesMax = 256 * 1024 * 1024

function textOf(port: ProcessPort, file: string): string {
  if (file === '-') return port.readStandardInput()
  const read = readText(file, exportBytesMax)
  if (!read.ok) throw new Error(`The export ${file} ${read.reason}.`)
  return read.text
}

function toleranceIn(text: string): number {
  const percent = /^\d{1,3}(\.\d{1,6})?%?$/.test(text) ? Number.parseFloat(text) : Number.NaN
  if (percent >= 0 && percent <= 100) return percent / 100
  throw new Error(`--tolerance takes percents, such as 1 or 0.5, not "${text}".`)
}

const columnNames = ['date', 'model', 'input', 'output', 'cost'] as const

/** `date=Day,model=Model,cost=Cost in USD`. */
function columnsIn(text: string): ExportColumns {
  const pairs = text.split(',').map((pair) => {
    const equals = pair.indexOf('=')
    const name = columnNames.find((known) => known === pair.slice(0, equals).trim())
    const column = pair.slice(equals + 1).trim()
    if (equals !== -1 && name !== undefined && column !== '') return [name, column] as const
    throw new Error(`--columns takes ${columnNames.map((known) => `${known}=…`).join(',')}, not "${pair}".`)
  })
  const { date, ...others } = Object.fromEntries(pairs) as Partial<ExportColumns>
  if (date === undefined) throw new Error('--columns must say which column is the date: date=….')
  if (others.input === undefined && others.output === undefined && others.cost === undefined) {
    throw new Error('--columns must say where there is something to compare: input=…, output=… or cost=….')
  }
  return { date, ...others }
}

/** By day and the provider's name of the model. */
async function recordedRows(
  { reader }: OpenSpend,
  provided: readonly ProvidedRow[],
  name: string | undefined,
): Promise<readonly RecordedRow[]> {
  const days = provided.map(({ day }) => Date.parse(`${day}T00:00:00Z`))
  const window = { fromMs: Math.min(...days), toMs: Math.max(...days) + dayMs }
  const provider = name ?? (await onlyProvider(reader, window))
  const rows: RecordedRow[] = []
  const question = {
    ...window,
    by: ['deployment'],
    interval: 'day',
    where: { provider: [provider] },
  } as const
  for await (const { startMs, names, sums } of allRows(reader, question)) {
    rows.push({
      day: new Date(startMs).toISOString().slice(0, 10),
      model: (names[0] ?? '').slice(provider.length + 1),
      inputTokens: sums.input_tokens,
      outputTokens: sums.output_tokens,
      nanoDollars: sums.cost_nano_dollars,
    })
  }
  return rows
}

async function onlyProvider(
  reader: OpenSpend['reader'],
  window: { readonly fromMs: number; readonly toMs: number },
): Promise<string> {
  const found = await reader.sums({ ...window, by: ['provider'], interval: undefined, where: {}, limit: 20 })
  const [first, second] = found.map(({ names }) => names[0] ?? '')
  if (first === undefined) throw new Error('Nothing was recorded in the days of the export.')
  if (second === undefined) return first
  const all = found.map(({ names }) => names[0]).join(', ')
  throw new Error(`Say of which provider the export is with --provider: there are ${all}.`)
}

const titles = { inputTokens: 'input tokens', outputTokens: 'output tokens', nanoDollars: 'dollars' } as const

function tableOf(differences: readonly Difference[]): string {
  return alignedTable(
    ['DAY', 'MODEL', 'WHAT', 'RECORDED', 'PROVIDER', 'DIFFERENCE'],
    differences.map(({ day, model, measure, recorded, provided, share }) => [
      day,
      model ?? '(all)',
      titles[measure],
      amountText(measure, recorded),
      amountText(measure, provided),
      `${recorded > provided ? '+' : '-'}${(share * 100).toFixed(2)}%`,
    ]),
  )
}

function amountText(measure: Difference['measure'], amount: number): string | number {
  return measure === 'nanoDollars' ? dollarsText(amount) : amount
}

function jsonOf({ day, model, measure, recorded, provided, share, isTooLarge }: Difference): string {
  return JSON.stringify({
    object: 'difference',
    day,
    model: model ?? null,
    measure: { inputTokens: 'input_tokens', outputTokens: 'output_tokens', nanoDollars: 'nano_dollars' }[
      measure
    ],
    recorded,
    provided,
    share: Math.round(share * 1e6) / 1e6,
    too_large: isTooLarge,
  })
}

function verdictOf(differences: readonly Difference[], tooLarge: number, tolerance: string): string {
  const sums = `${differences.length} ${differences.length === 1 ? 'sum' : 'sums'}`
  const percent = tolerance.replace(/%$/, '')
  if (tooLarge === 0) return `${sums} compared; none differs by more than ${percent} %.\n`
  return `${sums} compared; ${tooLarge} ${tooLarge === 1 ? 'differs' : 'differ'} by more than ${percent} %.\n`
}
