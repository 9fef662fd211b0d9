// The limits against a model that keeps a history instead of a level, under any order of calls, ends, lost calls and
// time, backwards too.
import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { LocalLimits } from './local-limits.ts'
import type { LimitLease, LimitRule } from './limits.ts'

type Step =
  | {
      readonly kind: 'ask'
      readonly inputTokens: number
      readonly outputTokens: number
      readonly team: boolean
    }
  | { readonly kind: 'settle' | 'refund' | 'twice' | 'lose'; readonly which: number; readonly used: number }
  | { readonly kind: 'wait'; readonly ms: number }

const leaseMs = 5_000
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('ask' as const),
      inputTokens: fc.nat(60),
      outputTokens: fc.nat(200),
      team: fc.boolean(),
    }),
    fc.record({
      kind: fc.constantFrom('settle' as const, 'refund' as const, 'twice' as const, 'lose' as const),
      which: fc.nat(20),
      used: fc.nat(150),
    }),
    fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.oneof(fc.integer({ min: -3_000, max: 3_000 }), fc.nat(9_000)),
    }),
  ),
  { maxLength: 120 },
)

const rules: readonly LimitRule[] = [
  { kind: 'requests', amount: 20, perMs: 10_000, burst: 5 },
  { kind: 'tokens', amount: 400, perMs: 10_000 },
  { kind: 'input_tokens', amount: 100, perMs: 1_000 },
  { kind: 'concurrency', amount: 3, perMs: 0 },
]

interface Open {
  readonly lease: LimitLease
  readonly atMs: number
  readonly isTeams: boolean
}

/** Runs the steps, and hands every decision to the test. */
function run(all: readonly Step[]) {
  const limits = new LocalLimits()
  const key = limits.subject({ level: 'key', name: 'k' }, rules, 0)
  const team = limits.subject({ level: 'team', name: 't' }, rules, 0)
  const open: Open[] = []
  const grants: { readonly atMs: number; readonly isRefunded: boolean }[] = []
  let [nowMs, latestMs] = [0, 0]
  for (const step of all) {
    if (step.kind === 'wait') {
      nowMs += step.ms
      latestMs = Math.max(latestMs, nowMs)
      continue
    }
    if (step.kind === 'ask') {
      const subjects = step.team ? [key, team] : [key]
      const before = [...limits.standings(key, nowMs), ...limits.standings(team, nowMs)]
      const decision = limits.reserve(subjects, { ...step, leaseMs }, nowMs)
      if (!decision.granted) {
        expect([...limits.standings(key, nowMs), ...limits.standings(team, nowMs)]).toEqual(before)
        continue
      }
      open.push({ lease: decision, atMs: nowMs, isTeams: step.team })
      grants.push({ atMs: latestMs, isRefunded: false })
      continue
    }
    const [taken] = step.kind === 'lose' ? [] : open.splice(step.which % Math.max(1, open.length), 1)
    if (taken === undefined) continue
    const used = { inputTokens: Math.min(step.used, 60), outputTokens: step.used }
    if (step.kind === 'refund') limits.refund(taken.lease, nowMs)
    else limits.settle(taken.lease, used, nowMs)
    if (step.kind === 'refund') grants.push({ atMs: latestMs, isRefunded: true })
    if (step.kind === 'twice') limits.settle(taken.lease, { inputTokens: 0, outputTokens: 0 }, nowMs)
  }
  return { limits, key, team, open, grants, nowMs, latestMs }
}

describe('any history of calls', () => {
  test('passes no more requests in any stretch of time than the burst and what came in', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { grants } = run(all.filter(({ kind }) => kind !== 'refund'))
        for (const [from, first] of grants.entries()) {
          for (const [to, last] of grants.entries()) {
            const count = to - from + 1
            const allowed = 5 + ((last.atMs - first.atMs) * 20) / 10_000
            if (count > 0) expect(count).toBeLessThanOrEqual(allowed + 1e-3)
          }
        }
      }),
    )
  })

  test('holds as many places as there are calls that have neither ended nor run out', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { limits, key, team, open, latestMs } = run(all)
        const atMs = latestMs + leaseMs / 2
        const running = open.filter((call) => call.atMs + leaseMs > atMs)
        const places = [key, team].map((subject) => limits.standings(subject, atMs)[3]?.remaining)
        expect(places).toEqual([3 - running.length, 3 - running.filter(({ isTeams }) => isTeams).length])
      }),
    )
  })

  test('is forgotten when all has ended, or was lost, and time has passed', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { limits, key, team, latestMs } = run(all)
        for (const standing of [key, team].flatMap((subject) =>
          limits.standings(subject, latestMs + 60_000),
        )) {
          expect(standing.remaining).toBe(
            rules.find(({ kind }) => kind === standing.kind)?.burst ?? standing.limit,
          )
        }
      }),
    )
  })

  test('lets in who waited as long as it was told to, when nobody else came', () => {
    fc.assert(
      fc.property(steps, fc.nat(60), fc.nat(500), (all, inputTokens, outputTokens) => {
        const { limits, key, latestMs } = run(all)
        const request = { inputTokens, outputTokens, leaseMs }
        const atMs = latestMs + leaseMs + 1_000
        const decision = limits.reserve([key], request, atMs)
        if (decision.granted) return
        expect(decision.retryAfterMs).toBeGreaterThan(0)
        expect(limits.reserve([key], request, atMs + (decision.retryAfterMs ?? 0)).granted).toBeTrue()
      }),
    )
  })
})
