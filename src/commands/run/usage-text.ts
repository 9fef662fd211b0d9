// What a person reads when a command that ran behind the gateway has ended: what it cost in calls and tokens.
import { dollarsText } from '../../core/dollars-text.ts'
import type { MeterReading } from '../../compose/meter-key.ts'
import type { KeyUsage, UsageSum } from '../../ledger/key-usage.ts'

const heading = ['MODEL', 'CALLS', 'INPUT', 'CACHED', 'OUTPUT', 'DOLLARS']

/** Lines for standard error. `took` is what passed from the start of the command to its end. */
export function usageText(name: string, { usage, missing }: MeterReading, tookMs: number): string {
  const { total, deployments } = usage
  const took = durationText(tookMs)
  const notes = notesOn(usage, missing)
  if (total.calls === 0) return `sallyport: ${name} made no call in ${took}.\n${notes}`
  const rows = [...deployments].map(([model, sum]) => row(model, sum))
  const table = deployments.size > 1 ? [heading, ...rows, row('total', total)] : [heading, ...rows]
  return `sallyport: ${name} made ${counted(total.calls, 'call')} in ${took}.\n${aligned(table)}${notes}`
}

function notesOn({ total, isCounted }: KeyUsage, missing: number): string {
  const { failedAttempts, unpriced } = total
  const notes: string[] = []
  if (failedAttempts > 0) notes.push(`${counted(failedAttempts, 'attempt')} failed`)
  if (isCounted) notes.push('some tokens were counted here, because the provider gave no count')
  if (unpriced > 0) notes.push(`the price of ${counted(unpriced, 'attempt')} is not known`)
  if (missing > 0)
    notes.push(`${counted(missing, 'attempt')} not in this sum: not ended, or not stored yet by the gateway`)
  return notes.map((note) => `  ${note}\n`).join('')
}

function row(name: string, sum: UsageSum): readonly string[] {
  const { calls, inputTokens, cachedInputTokens, outputTokens } = sum
  return [name, ...[calls, inputTokens, cachedInputTokens, outputTokens].map(grouped), dollarsOf(sum)]
}

/** What is not known is not nothing. */
function dollarsOf({ costNanoDollars, unpriced }: UsageSum): string {
  return costNanoDollars === 0 && unpriced > 0 ? '?' : dollarsText(costNanoDollars)
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = heading.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)))
  const cell = (text: string, column: number): string =>
    column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0)
  return rows.map((cells) => `  ${cells.map(cell).join('  ').trimEnd()}\n`).join('')
}

/** `1,234,567`. */
function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}

function counted(count: number, word: string): string {
  return `${grouped(count)} ${word}${count === 1 ? '' : 's'}`
}

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
function durationText(durationMs: number): string {
  if (durationMs < 10_000) return `${(durationMs / 1_000).toFixed(1)} s`
  const seconds = Math.round(durationMs / 1_000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
