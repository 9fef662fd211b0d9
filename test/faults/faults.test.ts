// The short form of every scenario that the product can pass by now. `npm run test:faults` runs them in full.
import { expect, test } from 'bun:test'
import { built, runBounded } from './scenario.ts'
import { scenarios } from './scenarios.ts'

const ready = scenarios.filter(({ needs }) => needs === undefined || built.has(needs))

test.each(ready.map((scenario) => [scenario.id, scenario.title, scenario] as const))(
  '%s holds in its short form: %s',
  async (_id, _title, scenario) => {
    const told: string[] = []
    const figures = await runBounded(scenario, { form: 'short', say: (line) => void told.push(line) })
    expect(figures.length).toBeGreaterThan(0)
    expect([figures.filter(({ isMet }) => !isMet), figures.every(({ isMet }) => isMet) ? [] : told]).toEqual([
      [],
      [],
    ])
  },
  60_000,
)
