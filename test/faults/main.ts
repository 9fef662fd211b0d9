// `npm run test:faults`: runs the scenarios one after the other, prints every figure beside its bound, writes one JSON
// report and says by its exit code whether all of them are met. Nothing run is a failure too.
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { dirname } from 'node:path'
import { failureText, failureStack } from '../../src/core/failure-text.ts'
import type { Figure } from './figure.ts'
import { helpText, readOptions } from './options.ts'
import type { Options } from './options.ts'
import { runBounded } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { scenarios } from './scenarios.ts'

interface Outcome {
  readonly id: string
  readonly title: string
  readonly seconds: number
  readonly figures: readonly Figure[]
  /** Why it could not be run to its end. */
  readonly failure?: string
}

try {
  const options = readOptions(
    process.argv.slice(2),
    scenarios.map(({ id }) => id),
  )
  if (options.help) console.log(helpText)
  else process.exitCode = await runAll(options)
} catch (failure) {
  console.error(`test:faults: ${failureText(failure)}`)
  process.exitCode = 1
}
// What a scenario that was given up has left open must not keep the process.
process.exit()

async function runAll(options: Options): Promise<number> {
  const startedAt = new Date()
  const chosen = scenarios.filter(({ id }) => options.only.length === 0 || options.only.includes(id))
  const outcomes: Outcome[] = []
  for (const scenario of chosen) outcomes.push(await runOne(scenario, options))
  const figures = outcomes.flatMap((outcome) => outcome.figures)
  const missed = figures.filter(({ isMet }) => !isMet).length
  const failed = outcomes.filter(({ failure }) => failure !== undefined).length
  const isPassed = figures.length > 0 && missed === 0 && failed === 0
  const machine = { cpu: cpus()[0]?.model, cores: availableParallelism(), memoryBytes: totalmem() }
  const report = { startedAt, form: options.form, loadMs: options.loadMs, machine, isPassed, outcomes }
  mkdirSync(dirname(options.reportFile), { recursive: true })
  writeFileSync(options.reportFile, `${JSON.stringify(report, null, 2)}\n`)
  console.log(`\n${figures.length - missed} figures met, ${missed} missed, ${failed} scenarios failed`)
  console.log(`report: ${options.reportFile}`)
  if (figures.length === 0) console.error('Nothing was measured.')
  return isPassed ? 0 : 1
}

async function runOne(scenario: Scenario, { form, loadMs }: Options): Promise<Outcome> {
  const { id, title } = scenario
  console.log(`\n${id} ${title}`)
  const startedMs = performance.now()
  const told: string[] = []
  const run = {
    form,
    say: (line: string) => void told.push(line),
    ...(loadMs === undefined ? {} : { loadMs }),
  }
  const secondsSince = (): number => Math.round((performance.now() - startedMs) / 100) / 10
  try {
    const figures = await runBounded(scenario, run)
    printTable(figures)
    for (const line of told) console.log(`    ${line}`)
    if (figures.length === 0) return { id, title, seconds: secondsSince(), figures, failure: 'no figure' }
    return { id, title, seconds: secondsSince(), figures }
  } catch (reason) {
    const failure = failureStack(reason)
    console.log(`  FAILED ${failure}`)
    for (const line of told) console.log(`    ${line}`)
    return { id, title, seconds: secondsSince(), figures: [], failure }
  }
}

function printTable(figures: readonly Figure[]): void {
  const width = Math.max(...figures.map(({ name }) => name.length))
  for (const { name, measured, unit, bound, isMet } of figures) {
    const value = `${measured}${unit === '' ? '' : ` ${unit}`}`
    console.log(`  ${isMet ? 'ok    ' : 'MISSED'} ${name.padEnd(width)}  ${value.padStart(12)}  ${bound}`)
  }
}
