// Budgets under any order of calls, ends, lost calls and time: what was spent is what was told, window by window, and a
// limit is passed by no more than what calls cost beyond what was held for them.
import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { BudgetOwner } from './budget-account.ts'
import { windowAt } from './budget-window.ts'
import { Budgets } from './budgets.ts'
import { OutputAllowance, tokensPerPiece } from './output-allowance.ts'
import type { BudgetAlert, BudgetLease, BudgetRule } from './budget.ts'

const startMs = Date.UTC(2026, 1, 28, 23)
const leaseMs = 60_000
const alertAt = [0.25, 0.5, 1]
const rules: readonly BudgetRule[] = [
  { unit: 'nano_dollars', period: 'hour', amount: 1_000, alertAt, stops: true },
  { unit: 'tokens', period: 'day', amount: 5_000, alertAt, stops: true },
  { unit: 'nano_dollars', period: 'total', amount: 20_000, alertAt, stops: true },
]

type Step =
  | { readonly kind: 'ask'; readonly money: number; readonly tokens: number }
  | { readonly kind: 'end' | 'over' | 'more'; readonly which: number; readonly part: number }
  | { readonly kind: 'wait' | 'step'; readonly ms: number }

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('ask' as const), money: fc.nat(400), tokens: fc.nat(900) }),
    fc.record({
      kind: fc.constantFrom('end' as const, 'over' as const, 'more' as const),
      which: fc.nat(20),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.oneof(fc.nat(10_000), fc.nat(4_000_000)) }),
    fc.record({ kind: fc.constant('step' as const), ms: fc.integer({ min: -5_000_000, max: 5_000_000 }) }),
  ),
  { maxLength: 100 },
)

interface Open {
  readonly lease: BudgetLease
  readonly atMs: number
  readonly windows: readonly number[]
  money: number
  tokens: number
}

function run(all: readonly Step[]) {
  const alerts: BudgetAlert[] = []
  const budgets = new Budgets((alert) => void alerts.push(alert))
  const owner = new BudgetOwner({ level: 'team', name: 't' }, rules, startMs)
  const open: Open[] = []
  /** What was told, by rule and window; and how much of it nobody had held back. */
  const [spent, over] = [new Map<string, number>(), new Map<string, number>()]
  const latest = rules.map(({ period }) => windowAt(period, startMs).startMs)
  let [nowMs, wallMs] = [0, startMs]
  const add = (sums: Map<string, number>, name: string, more: number): void => {
    sums.set(name, (sums.get(name) ?? 0) + more)
  }
  for (const step of all) {
    const at = { nowMs, wallMs }
    if ('ms' in step) {
      if (step.kind === 'wait') nowMs += step.ms
      wallMs += step.ms
      continue
    }
    if (step.kind === 'ask') {
      const lease = budgets.reserve([owner], { nanoDollars: step.money, tokens: step.tokens, leaseMs }, at)
      for (const [index, { period }] of rules.entries()) {
        latest[index] = Math.max(latest[index] ?? 0, windowAt(period, wallMs).startMs)
      }
      if (lease.granted)
        open.push({ lease, atMs: nowMs, windows: [...latest], money: step.money, tokens: step.tokens })
      continue
    }
    const call = open[step.which % Math.max(1, open.length)]
    if (call === undefined) continue
    const isLate = call.atMs + leaseMs <= nowMs
    if (step.kind === 'more') {
      if (isLate || budgets.topUp(call.lease, { nanoDollars: 50, tokens: 50 }, at) !== undefined) continue
      call.money += 50
      call.tokens += 50
      continue
    }
    open.splice(open.indexOf(call), 1)
    const factor = step.kind === 'over' ? 1 + step.part : step.part
    const [money, tokens] = [Math.floor(call.money * factor), Math.floor(call.tokens * factor)]
    budgets.settle(call.lease, { nanoDollars: money, tokens })
    for (const [index, { unit }] of rules.entries()) {
      const [held, used] = unit === 'tokens' ? [call.tokens, tokens] : [call.money, money]
      const name = `${index}@${call.windows[index] ?? 0}`
      add(spent, name, used)
      add(over, name, isLate ? used : Math.max(0, used - held))
    }
  }
  return { budgets, owner, open, alerts, spent, over, nowMs, wallMs, latest }
}

describe('any history of budgets', () => {
  test('spends what was told, in the window that the call began in', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { budgets, owner, spent, nowMs, wallMs, latest } = run(all)
        for (const [index, standing] of budgets.standings(owner, { nowMs, wallMs }).entries()) {
          const start = Math.max(latest[index] ?? 0, windowAt(standing.rule.period, wallMs).startMs)
          expect(standing.windowStartMs).toBe(start)
          expect(standing.spent).toBe(spent.get(`${index}@${start}`) ?? 0)
        }
      }),
    )
  })

  test('passes a limit by no more than what nobody had held back', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { spent, over } = run(all)
        for (const [name, sum] of spent) {
          const amount = rules[Number(name.split('@')[0])]?.amount ?? 0
          expect(sum).toBeLessThanOrEqual(amount + (over.get(name) ?? 0))
        }
      }),
    )
  })

  test('holds nothing two minutes after the last word, however many calls were lost', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { budgets, owner, nowMs, wallMs } = run(all)
        const standings = budgets.standings(owner, { nowMs: nowMs + 120_000, wallMs })
        expect(standings.map(({ held }) => held)).toEqual([0, 0, 0])
      }),
    )
  })

  test('tells each share once in a window, when so much is spent', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { alerts, spent } = run(all)
        const told = alerts.map(
          ({ rule, windowStartMs, share }) => `${rules.indexOf(rule)}@${windowStartMs}>${share}`,
        )
        const due = [...spent].flatMap(([name, sum]) =>
          alertAt
            .filter((share) => sum >= share * (rules[Number(name.split('@')[0])]?.amount ?? 0))
            .map((share) => `${name}>${share}`),
        )
        expect(told.toSorted()).toEqual(due.toSorted())
      }),
    )
  })
})

describe('streams of unknown length', () => {
  test('pass a budget together by what was guessed of their input and a piece of each at most', () => {
    const stream = fc.record({
      input: fc.nat(2_000),
      miss: fc.double({ min: 0.9, max: 1.1, noNaN: true }),
      output: fc.nat(9_000),
    })
    const streams = fc.array(stream, { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(
        streams,
        fc.nat(3_000_000),
        fc.integer({ min: 1, max: 200 }),
        (all, amount, eventTokens) => {
          const budgets = new Budgets(() => undefined)
          const rule: BudgetRule = { unit: 'nano_dollars', period: 'day', amount, alertAt: [], stops: true }
          const owner = new BudgetOwner({ level: 'key', name: 'k' }, [rule], startMs)
          const at = { nowMs: 0, wallMs: startMs }
          const [inputRate, outputRate] = [3, 15]
          const running = all.flatMap(({ input, miss, output }) => {
            const nanoDollars = input * inputRate + tokensPerPiece * outputRate
            const lease = budgets.reserve([owner], { nanoDollars, tokens: 0, leaseMs }, at)
            if (!lease.granted) return []
            const boundFor = (tokens: number): number => input * inputRate + tokens * outputRate
            const allowance = new OutputAllowance(
              { budgets, lease, boundFor },
              { tokens: tokensPerPiece, isPromised: false },
            )
            return [
              { lease, allowance, output, input, real: Math.round(input * miss), passed: 0, isOver: false },
            ]
          })
          for (let round = 0; round < 9_000 / eventTokens + 1; round++) {
            for (const call of running.filter(({ isOver }) => !isOver)) {
              const next = Math.min(call.passed + eventTokens, call.output)
              call.isOver = next === call.output || call.allowance.refusalAt(next, at) !== undefined
              // The event that was refused was made by the provider all the same, and is billed.
              call.passed = next
            }
          }
          for (const { lease, real, passed } of running) {
            budgets.settle(lease, { nanoDollars: real * inputRate + passed * outputRate, tokens: 0 })
          }
          const missed = running.reduce(
            (sum, { input, real }) => sum + Math.max(0, real - input) * inputRate,
            0,
          )
          const spent = budgets.standings(owner, at)[0]?.spent ?? 0
          expect(spent).toBeLessThanOrEqual(amount + missed + running.length * tokensPerPiece * outputRate)
        },
      ),
      { numRuns: 30 },
    )
  })
})
