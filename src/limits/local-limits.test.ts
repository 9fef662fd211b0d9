import { describe, expect, test } from 'bun:test'
import { LocalLimits } from './local-limits.ts'
import type { LimitDenial, LimitKind, LimitLease, LimitRule } from './limits.ts'
import type { Subject } from './limit-subject.ts'

const minuteMs = 60_000
const nothing = { inputTokens: 0, outputTokens: 0 }

describe('a limit', () => {
  test('lets its burst pass at once, and then as many as come in', () => {
    const { limits, subject } = withRules([{ kind: 'requests', amount: 60, perMs: minuteMs, burst: 2 }])
    expect([ask(limits, subject, 0), ask(limits, subject, 0)].every(({ granted }) => granted)).toBeTrue()
    expect(denied(ask(limits, subject, 0))).toMatchObject({
      kind: 'requests',
      remaining: 0,
      retryAfterMs: 1_000,
    })
    expect(ask(limits, subject, 999).granted).toBeFalse()
    expect(ask(limits, subject, 1_000).granted).toBeTrue()
  })

  test('tells who is limited, by what, and how long to wait', () => {
    const { limits, subject } = withRules([{ kind: 'tokens', amount: 600, perMs: minuteMs }])
    lease(ask(limits, subject, 0, { inputTokens: 400, outputTokens: 100 }))
    expect(ask(limits, subject, 0, { inputTokens: 300, outputTokens: 0 })).toEqual({
      granted: false,
      level: 'key',
      name: 'k1',
      kind: 'tokens',
      limit: 600,
      perMs: minuteMs,
      remaining: 100,
      retryAfterMs: 20_000,
      isTooLarge: false,
    })
  })

  test('takes from every level or from none', () => {
    const limits = new LocalLimits()
    const rule: LimitRule = { kind: 'requests', amount: 5, perMs: minuteMs }
    const key = limits.subject({ level: 'key', name: 'k1' }, [rule], 0)
    const team = limits.subject({ level: 'team', name: 't1' }, [{ ...rule, amount: 1 }], 0)
    expect(limits.reserve([key, team], request(), 0).granted).toBeTrue()
    expect(denied(limits.reserve([key, team], request(), 0))).toMatchObject({ level: 'team', name: 't1' })
    expect(remaining(key, 'requests', 0)).toBe(4)
  })

  test('names the limit that keeps the call waiting longest', () => {
    const { limits, subject } = withRules([
      { kind: 'requests', amount: 1, perMs: 1_000 },
      { kind: 'requests', amount: 1, perMs: 3_600_000 },
      { kind: 'concurrency', amount: 1, perMs: 0 },
    ])
    lease(ask(limits, subject, 0))
    expect(denied(ask(limits, subject, 0))).toMatchObject({ perMs: 3_600_000, retryAfterMs: 3_600_000 })
  })

  test('gives back what the estimate was too high, and takes what it was too low', () => {
    const { limits, subject } = withRules([{ kind: 'output_tokens', amount: 1_000, perMs: minuteMs }])
    const high = lease(ask(limits, subject, 0, { inputTokens: 0, outputTokens: 900 }))
    limits.settle(high, { inputTokens: 0, outputTokens: 100 }, 0)
    expect(remaining(subject, 'output_tokens', 0)).toBe(900)
    const low = lease(ask(limits, subject, 0, { inputTokens: 0, outputTokens: 100 }))
    limits.settle(low, { inputTokens: 0, outputTokens: 1_400 }, 0)
    expect(denied(ask(limits, subject, 0, { inputTokens: 0, outputTokens: 1 }))).toMatchObject({
      remaining: 0,
      retryAfterMs: 30_060,
    })
  })

  test('goes into debt by one burst at most', () => {
    const { limits, subject } = withRules([{ kind: 'tokens', amount: 1_000, perMs: minuteMs }])
    const held = lease(ask(limits, subject, 0, { inputTokens: 10, outputTokens: 10 }))
    limits.settle(held, { inputTokens: 10, outputTokens: 1e9 }, 0)
    expect(denied(ask(limits, subject, 0, { inputTokens: 1, outputTokens: 0 })).retryAfterMs).toBe(60_060)
  })

  test('counts the first word on a call only', () => {
    const { limits, subject } = withRules([{ kind: 'tokens', amount: 1_000, perMs: minuteMs }])
    const held = lease(ask(limits, subject, 0, { inputTokens: 500, outputTokens: 0 }))
    limits.settle(held, { inputTokens: 400, outputTokens: 0 }, 0)
    limits.settle(held, nothing, 0)
    limits.refund(held, 0)
    expect(remaining(subject, 'tokens', 0)).toBe(600)
  })

  test('counts a call that was not made for nothing', () => {
    const { limits, subject } = withRules([
      { kind: 'requests', amount: 10, perMs: minuteMs },
      { kind: 'concurrency', amount: 1, perMs: 0 },
    ])
    limits.refund(lease(ask(limits, subject, 0)), 0)
    expect(remaining(subject, 'requests', 0)).toBe(10)
    expect(remaining(subject, 'concurrency', 0)).toBe(1)
  })

  test('lets an answer of unknown length wait for a full bucket, and never a request that cannot fit', () => {
    const { limits, subject } = withRules([{ kind: 'tokens', amount: 1_000, perMs: minuteMs }])
    const long = { inputTokens: 100, outputTokens: 4_096 }
    const held = lease(ask(limits, subject, 0, long))
    expect(denied(ask(limits, subject, 30_000, long))).toMatchObject({
      retryAfterMs: 30_000,
      isTooLarge: false,
    })
    limits.settle(held, { inputTokens: 100, outputTokens: 50 }, 30_000)
    expect(ask(limits, subject, 40_000, long).granted).toBeTrue()
    expect(denied(ask(limits, subject, 0, { inputTokens: 1_001, outputTokens: 0 }))).toMatchObject({
      isTooLarge: true,
      retryAfterMs: undefined,
    })
  })

  test('fills nothing when time runs backwards', () => {
    const { limits, subject } = withRules([{ kind: 'requests', amount: 1, perMs: 1_000 }])
    lease(ask(limits, subject, 5_000))
    expect(ask(limits, subject, 1_000).granted).toBeFalse()
    expect(ask(limits, subject, 5_500).granted).toBeFalse()
    expect(ask(limits, subject, 6_000).granted).toBeTrue()
  })
})

describe('calls at a time', () => {
  const rules: LimitRule[] = [{ kind: 'concurrency', amount: 2, perMs: 0 }]

  test('are let in as others leave, and nobody can say when that is', () => {
    const { limits, subject } = withRules(rules)
    const first = lease(ask(limits, subject, 0))
    lease(ask(limits, subject, 0))
    expect(denied(ask(limits, subject, 0))).toMatchObject({ kind: 'concurrency', retryAfterMs: undefined })
    limits.settle(first, nothing, 1)
    expect(ask(limits, subject, 1).granted).toBeTrue()
  })

  test('that nobody ended give their place back when their lease runs out, and their tokens stay charged', () => {
    const { limits, subject } = withRules([...rules, { kind: 'tokens', amount: 100, perMs: 1e12 }])
    lease(ask(limits, subject, 0, { inputTokens: 30, outputTokens: 0 }))
    const late = lease(ask(limits, subject, 0, { inputTokens: 30, outputTokens: 0 }))
    expect(ask(limits, subject, 29_999).granted).toBeFalse()
    expect(remaining(subject, 'concurrency', 31_000)).toBe(0)
    expect(ask(limits, subject, 31_000).granted).toBeTrue()
    expect(remaining(subject, 'tokens', 31_000)).toBe(40)
    // The word comes after all: the tokens are set right, the place is not given back again.
    limits.settle(late, { inputTokens: 10, outputTokens: 0 }, 31_000)
    expect(remaining(subject, 'tokens', 31_000)).toBe(60)
    expect(remaining(subject, 'concurrency', 31_000)).toBe(1)
  })

  test('keep their place as long as their lease is renewed', () => {
    const { limits, subject } = withRules([{ kind: 'concurrency', amount: 1, perMs: 0 }])
    const held = lease(ask(limits, subject, 0))
    limits.renew(held, 30_000, 20_000)
    expect(ask(limits, subject, 49_000).granted).toBeFalse()
    limits.renew(held, 30_000, 90_000)
    expect(ask(limits, subject, 90_001).granted).toBeFalse()
    limits.settle(held, nothing, 91_000)
    expect(remaining(subject, 'concurrency', 91_000)).toBe(1)
  })

  test('that come back from a lost lease take their place again', () => {
    const { limits, subject } = withRules([{ kind: 'concurrency', amount: 1, perMs: 0 }])
    const slow = lease(ask(limits, subject, 0))
    const other = lease(ask(limits, subject, 40_000))
    limits.renew(slow, 30_000, 41_000)
    limits.settle(other, nothing, 42_000)
    expect(ask(limits, subject, 42_000).granted).toBeFalse()
    limits.settle(slow, nothing, 43_000)
    expect(ask(limits, subject, 43_000).granted).toBeTrue()
  })
})

describe('other rules', () => {
  test('leave used what was used', () => {
    const { limits, subject } = withRules([{ kind: 'requests', amount: 10, perMs: minuteMs }])
    for (let call = 0; call < 6; call++) lease(ask(limits, subject, 0))
    limits.change(subject, [{ kind: 'requests', amount: 8, perMs: minuteMs }], 0)
    expect(remaining(subject, 'requests', 0)).toBe(2)
    limits.change(subject, [{ kind: 'requests', amount: 100, perMs: minuteMs }], 0)
    expect(remaining(subject, 'requests', 0)).toBe(94)
  })

  test('know nothing of calls that began before them', () => {
    const { limits, subject } = withRules([{ kind: 'concurrency', amount: 5, perMs: 0 }])
    const old = lease(ask(limits, subject, 0, { inputTokens: 500, outputTokens: 0 }))
    limits.change(subject, [{ kind: 'tokens', amount: 1_000, perMs: 1e12 }], 0)
    lease(ask(limits, subject, 0, { inputTokens: 300, outputTokens: 0 }))
    limits.settle(old, nothing, 0)
    expect(remaining(subject, 'tokens', 0)).toBe(700)
    limits.change(subject, [{ kind: 'concurrency', amount: 5, perMs: 0 }], 0)
    expect(remaining(subject, 'concurrency', 0)).toBe(5)
  })
})

test('what headers tell is the limit with the smallest part left', () => {
  const { limits, subject } = withRules([
    { kind: 'requests', amount: 10, perMs: minuteMs },
    { kind: 'requests', amount: 1_000, perMs: 86_400_000 },
  ])
  for (let call = 0; call < 3; call++) lease(ask(limits, subject, 0))
  expect(limits.tightest([subject], 0).requests).toEqual({
    level: 'key',
    name: 'k1',
    kind: 'requests',
    limit: 10,
    perMs: minuteMs,
    remaining: 7,
    resetMs: 18_000,
  })
  expect(limits.tightest([subject], 0).tokens).toBeUndefined()
  expect(limits.standings(subject, 0)).toHaveLength(2)
})

function withRules(rules: readonly LimitRule[]): { limits: LocalLimits; subject: Subject } {
  const limits = new LocalLimits()
  return { limits, subject: limits.subject({ level: 'key', name: 'k1' }, rules, 0) }
}

function request(tokens = nothing) {
  return { ...tokens, leaseMs: 30_000 }
}

function ask(limits: LocalLimits, subject: Subject, ...[nowMs, tokens]: [number, typeof nothing?]) {
  return limits.reserve([subject], request(tokens), nowMs)
}

function lease(decision: LimitLease | LimitDenial): LimitLease {
  if (!decision.granted) throw new Error(`denied by ${decision.kind}`)
  return decision
}

function denied(decision: LimitLease | LimitDenial): LimitDenial {
  if (decision.granted) throw new Error('granted')
  return decision
}

function remaining(subject: Subject, kind: LimitKind, nowMs: number): number | undefined {
  return subject.buckets.find((bucket) => bucket.kind === kind)?.remainingAt(nowMs)
}
