// The command line of `npm run bench`.
import { parseArgs } from 'node:util'
import { measurementNames } from './measure/measurement.ts'
import type { MeasurementName } from './measure/measurement.ts'
import type { Effort } from './measure/rounds.ts'
import type { SubjectName } from './subjects/subject.ts'
import { subjectNames } from './subjects/subject.ts'

/** What was asked for. */
export type Options = {
  readonly effort: Effort
  readonly measurements: readonly MeasurementName[]
  readonly without: readonly SubjectName[]
  /** A command to run Sallyport with in place of the built bundle. */
  readonly sallyportCommand: string | undefined
  readonly help: boolean
}

/** What `--help` prints. */
export const helpText = `npm run bench -- [options]

  --quick               2 short rounds, for development: about a minute; its figures are not to be quoted
  --rounds N            how many rounds (5; 2 with --quick)
  --only A,B            of ${measurementNames.join(', ')}
  --without A,B         leave out subjects: ${subjectNames.join(', ')}
  --sallyport COMMAND   run Sallyport with this command in place of the built bundle;
                        {config}, {data} and {port} in it are filled in
  --help                this text

The exit code is 1 when a bound that must hold is missed, when a measurement fails and when nothing was judged.`

const fullEffort: Effort = {
  rounds: 5,
  warmUpMs: 3000,
  saturateMs: 2000,
  streamMs: 4000,
  latencyMs: 2500,
  holdMs: 4000,
}

const quickEffort: Effort = {
  rounds: 2,
  warmUpMs: 2000,
  saturateMs: 1000,
  streamMs: 1500,
  latencyMs: 1500,
  holdMs: 1500,
}

/** Reads the arguments; throws a sentence when they make no sense. */
export function readOptions(words: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      only: { type: 'string' },
      without: { type: 'string' },
      sallyport: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const effort = values.quick ? quickEffort : fullEffort
  return {
    effort: { ...effort, rounds: values.rounds === undefined ? effort.rounds : wholeNumber(values.rounds) },
    measurements: values.only === undefined ? measurementNames : listOf(values.only, measurementNames),
    without: values.without === undefined ? [] : listOf(values.without, subjectNames),
    sallyportCommand: values.sallyport,
    help: values.help,
  }
}

function wholeNumber(text: string): number {
  const rounds = Number(text)
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 50) {
    throw new RangeError(`--rounds wants a whole number from 1 to 50, not "${text}".`)
  }
  return rounds
}

function listOf<Name extends string>(text: string, names: readonly Name[]): readonly Name[] {
  return text.split(',').map((word) => {
    const found = names.find((name) => name === word.trim())
    if (found === undefined) throw new RangeError(`"${word}" is not one of ${names.join(', ')}.`)
    return found
  })
}
