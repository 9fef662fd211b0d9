// What a scenario of faults is: it builds its own world, hurts it, gives everything back and tells what it measured.
import { hasPostgres } from '../servers/postgres.ts'
import { hasRedis } from '../servers/redis.ts'
import type { Figure } from './figure.ts'

/** `full` is what the command runs, `short` is small enough for every run of the tests. */
export type Form = 'full' | 'short'

/** Parts of the product that a scenario cannot do without. */
export type Need = 'routing' | 'outage-budget' | 'continuing' | 'postgres' | 'redis' | 'both-stores'

export interface Scenario {
  readonly id: string
  readonly title: string
  readonly needs?: Need
  /** So long it may take at the most, by form. */
  readonly secondsMax: Readonly<Record<Form, number>>
  run(run: Run): Promise<readonly Figure[]>
}

export interface Run {
  readonly form: Form
  /** Length of each phase under load, in place of the scenario's own. */
  readonly loadMs?: number
  /** Tells what is wrong in words, beside the figures. */
  say(line: string): void
}

/** What the product has by now, and this machine. */
export const built: ReadonlySet<Need> = new Set<Need>([
  'routing',
  'continuing',
  'outage-budget',
  ...(hasPostgres ? (['postgres'] as const) : []),
  ...(hasRedis ? (['redis'] as const) : []),
  ...(hasPostgres && hasRedis ? (['both-stores'] as const) : []),
])

/** Runs it, but not for ever: a scenario that hangs is one that missed. */
export async function runBounded(scenario: Scenario, run: Run): Promise<readonly Figure[]> {
  const secondsMax = scenario.secondsMax[run.form]
  let timer: Timer | undefined
  const late = new Promise<never>((_, reject) => {
    const tooLate = (): void => reject(new Error(`${scenario.id} took longer than ${secondsMax} s`))
    timer = setTimeout(tooLate, secondsMax * 1_000)
  })
  try {
    return await Promise.race([scenario.run(run), late])
  } finally {
    clearTimeout(timer)
  }
}
