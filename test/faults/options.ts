// The command line of `npm run test:faults`.
import { parseArgs } from 'node:util'
import type { Form } from './scenario.ts'

export interface Options {
  readonly form: Form
  /** Ids of scenarios; empty for all. */
  readonly only: readonly string[]
  readonly loadMs: number | undefined
  readonly reportFile: string
  readonly help: boolean
}

export const helpText = `npm run test:faults -- [options]

  --only F-06,F-08   these scenarios only
  --short            the short forms, as npm test runs them
  --seconds N        length of each phase under load, in place of the scenario's own: for development
  --report FILE      where the JSON report goes (.build/faults.json)
  --help             this text

The exit code is 1 when a figure is missed, when a scenario fails and when nothing was run.`

/** Reads the arguments; throws a sentence when they make no sense. */
export function readOptions(words: readonly string[], known: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      short: { type: 'boolean', default: false },
      seconds: { type: 'string' },
      report: { type: 'string', default: '.build/faults.json' },
      help: { type: 'boolean', default: false },
    },
  })
  const only = values.only.flatMap((ids) => ids.split(',')).map((id) => id.trim().toUpperCase())
  const unknown = only.filter((id) => !known.includes(id))
  if (unknown.length > 0) throw new Error(`No scenario is called ${unknown.join(', ')}: ${known.join(', ')}.`)
  const seconds = values.seconds === undefined ? undefined : Number(values.seconds)
  if (seconds !== undefined && !(seconds > 0 && seconds <= secondsMax))
    throw new Error(`--seconds takes a number up to ${secondsMax}.`)
  return {
    form: values.short ? 'short' : 'full',
    only,
    loadMs: seconds === undefined ? undefined : seconds * 1_000,
    reportFile: values.report,
    help: values.help,
  }
}

const secondsMax = 3_600
