import { describe, expect, test } from 'bun:test'
import { nextAttempt } from './next-attempt.ts'
import type { AttemptState, FailedAttempt } from './next-attempt.ts'

const first: AttemptState = {
  attempts: 1,
  attemptsMax: 3,
  lastWasFresh: false,
  other: 'healthy',
  mayRepeat: true,
  repeats: 0,
  remainingMs: 60_000,
}
const fault: FailedAttempt = {
  outcome: 'server_fault',
  stale: false,
  unsent: false,
  elsewhere: true,
  retryAfterMs: undefined,
}
const alone = { ...first, other: 'none' } as const

describe('after an attempt that failed', () => {
  test('a healthy deployment is moved to at once, and a doubtful one from the budget for retries', () => {
    expect(nextAttempt(first, fault, 1)).toEqual({ kind: 'move', budget: 'failover' })
    expect(nextAttempt({ ...first, other: 'doubtful' }, fault, 1)).toEqual({ kind: 'move', budget: 'retry' })
  })

  test('nobody else is asked what everybody would refuse', () => {
    const refused = { ...fault, outcome: 'client_fault', elsewhere: false } as const
    expect(nextAttempt(first, refused, 0)).toEqual({ kind: 'give-up' })
    expect(nextAttempt(alone, refused, 0)).toEqual({ kind: 'give-up' })
  })

  test('three attempts are all', () => {
    expect(nextAttempt({ ...first, attempts: 3 }, fault, 0)).toEqual({ kind: 'give-up' })
  })

  test('a connection that had died is replaced once, and counts for nothing', () => {
    const stale = { ...fault, stale: true }
    expect(nextAttempt({ ...first, attempts: 3 }, stale, 0)).toEqual({ kind: 'fresh' })
    expect(nextAttempt({ ...first, lastWasFresh: true }, stale, 0)).toEqual({
      kind: 'move',
      budget: 'failover',
    })
  })

  test('time that is not worth an attempt is not spent on one', () => {
    expect(nextAttempt({ ...first, remainingMs: 999 }, fault, 0)).toEqual({ kind: 'give-up' })
  })
})

describe('the only deployment there is', () => {
  test('is asked once more after a fault of its own, soon and never at the same time as others', () => {
    expect(nextAttempt(alone, fault, 0)).toEqual({ kind: 'repeat', waitMs: 0 })
    expect(nextAttempt(alone, fault, 1)).toEqual({ kind: 'repeat', waitMs: 50 })
    expect(nextAttempt({ ...alone, attempts: 2, repeats: 1 }, fault, 1)).toEqual({ kind: 'give-up' })
  })

  test('is asked again as long as nothing can have reached it', () => {
    const unsent = { ...fault, outcome: 'unreachable', unsent: true } as const
    expect(nextAttempt({ ...alone, attempts: 2, repeats: 1 }, unsent, 1)).toEqual({
      kind: 'repeat',
      waitMs: 100,
    })
  })

  test.each(['timeout', 'overloaded', 'credential', 'content'] as const)(
    'is left alone after %s',
    (outcome) => {
      expect(nextAttempt(alone, { ...fault, outcome }, 0)).toEqual({ kind: 'give-up' })
    },
  )

  test('is asked again when it said, if that is soon enough', () => {
    const throttled = (retryAfterMs: number | undefined) =>
      ({ ...fault, outcome: 'throttled', retryAfterMs }) as const
    expect(nextAttempt(alone, throttled(2_000), 0)).toEqual({ kind: 'repeat', waitMs: 2_000 })
    expect(nextAttempt(alone, throttled(2_000), 1)).toEqual({ kind: 'repeat', waitMs: 2_200 })
    expect(nextAttempt(alone, throttled(undefined), 0.5)).toEqual({ kind: 'repeat', waitMs: 500 })
    expect(nextAttempt(alone, throttled(20_001), 0)).toEqual({ kind: 'give-up' })
    expect(nextAttempt({ ...alone, remainingMs: 2_500 }, throttled(2_000), 0)).toEqual({ kind: 'give-up' })
  })

  test('is left alone where its health or its client will have it so', () => {
    expect(nextAttempt({ ...alone, mayRepeat: false }, fault, 0)).toEqual({ kind: 'give-up' })
  })
})
