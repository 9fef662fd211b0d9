import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { Breaker } from './breaker.ts'
import type { BreakerState } from './breaker.ts'
import { defaultHealthSettings } from './health-settings.ts'

/** The middle of every draw: an ejection is exactly as long as planned. */
const middle = () => 0.5

describe('the breaker', () => {
  test('stays closed after four failures in a row, and opens at the fifth', () => {
    const breaker = made()
    fail(breaker, 4, 0)
    expect(breaker.state(0)).toBe('closed')
    breaker.success(0)
    fail(breaker, 4, 0)
    expect(breaker.state(0)).toBe('closed')
    fail(breaker, 1, 0)
    expect(breaker.state(0)).toBe('open')
    expect(breaker.reason).toBe('failures_in_row')
  })

  test('opens when half of twenty calls fail', () => {
    const breaker = made()
    alternate(breaker, 19)
    expect(breaker.state(0)).toBe('closed')
    fail(breaker, 1, 0)
    expect(breaker.counts(0)).toMatchObject({ calls: 20, failures: 10 })
    expect(breaker.state(0)).toBe('open')
    expect(breaker.reason).toBe('failure_rate')
  })

  test('stays closed while less than half of its calls fail', () => {
    const breaker = made()
    breaker.success(0)
    alternate(breaker, 500)
    expect(breaker.state(0)).toBe('closed')
  })

  test('a failure that has left the window is no part of the rate', () => {
    const breaker = made()
    alternate(breaker, 19)
    fail(breaker, 1, 30_000)
    expect(breaker.state(30_000)).toBe('closed')
    expect(breaker.counts(30_000).calls).toBe(1)
  })

  test('is half open when its time is over, and closes after three successes', () => {
    const breaker = made()
    breaker.open(0, 'operator')
    expect([breaker.state(9_999), breaker.state(10_000)]).toEqual(['open', 'half_open'])
    succeed(breaker, 2, 10_000)
    expect(breaker.state(10_000)).toBe('half_open')
    succeed(breaker, 1, 10_000)
    expect(breaker.state(10_000)).toBe('closed')
  })

  test('a probe that fails opens it for twice as long', () => {
    const breaker = made()
    breaker.open(0, 'operator')
    succeed(breaker, 2, 10_000)
    breaker.failure(10_000, true)
    expect(breaker.reason).toBe('probe_failed')
    expect([breaker.state(29_999), breaker.state(30_000)]).toEqual(['open', 'half_open'])
    succeed(breaker, 2, 30_000)
    expect(breaker.state(30_000)).toBe('half_open')
  })

  test('while open, another failure changes no time, and successes close it early', () => {
    const breaker = made()
    breaker.open(0, 'operator')
    succeed(breaker, 2, 1)
    breaker.failure(1, false)
    expect([breaker.openUntilMs, breaker.ejections(1)]).toEqual([10_000, 1])
    succeed(breaker, 2, 2)
    expect(breaker.state(2)).toBe('open')
    succeed(breaker, 1, 2)
    expect(breaker.state(2)).toBe('closed')
  })

  test('one probe goes at a time, for a minute at most', () => {
    const breaker = made()
    const [call, another] = [{}, {}]
    breaker.open(0, 'operator')
    expect([breaker.wantsProbe(9_999), breaker.wantsProbe(10_000)]).toEqual([false, true])
    breaker.probe(10_000, call)
    expect([breaker.wantsProbe(69_999), breaker.wantsProbe(70_000)]).toEqual([false, true])
    breaker.probeIsOver(another)
    expect(breaker.wantsProbe(10_000)).toBe(false)
    breaker.probeIsOver(call)
    expect(breaker.wantsProbe(10_000)).toBe(true)
  })

  test('ejections double up to five minutes, and are spread by a fifth', () => {
    const lengths = [0, 0.5, 1].map((draw) => {
      const breaker = made(() => draw)
      return Array.from({ length: 7 }, () => {
        breaker.open(0, 'operator')
        return Math.round(breaker.openUntilMs / 100) / 10
      })
    })
    expect(lengths).toEqual([
      [8, 16, 32, 64, 128, 240, 240],
      [10, 20, 40, 80, 160, 300, 300],
      [12, 24, 48, 96, 192, 360, 360],
    ])
  })

  test('each minute of health forgives one ejection', () => {
    const breaker = made()
    for (let ejection = 0; ejection < 3; ejection += 1) breaker.open(0, 'operator')
    expect(breaker.ejections(1_000_000)).toBe(3)
    succeed(breaker, 3, 1_000_000)
    expect(breaker.ejections(1_059_999)).toBe(3)
    expect(breaker.ejections(1_060_000)).toBe(2)
    expect(breaker.ejections(9_999_999)).toBe(0)
    breaker.open(1_060_000, 'operator')
    expect(breaker.ejections(1_060_000)).toBe(3)
  })

  test('starts slowly after closing, and at once when it is new', () => {
    const breaker = made()
    expect(breaker.share(0)).toBe(1)
    breaker.open(0, 'operator')
    expect(breaker.share(0)).toBe(1)
    succeed(breaker, 3, 20_000)
    expect([20_000, 35_000, 50_000].map((nowMs) => breaker.share(nowMs))).toEqual([0.1, 0.55, 1])
  })

  test('what failed before it closed does not open it again', () => {
    const breaker = made()
    fail(breaker, 5, 0)
    succeed(breaker, 3, 10_000)
    fail(breaker, 4, 10_000)
    expect(breaker.state(10_000)).toBe('closed')
    expect(breaker.counts(10_000)).toEqual({ calls: 4, failures: 4, failuresInRow: 4 })
  })

  test('that takes over from another stands as it does, and remembers its ejections', () => {
    const before = made()
    fail(before, 5, 0)
    const breaker = made()
    breaker.takeOver(before, 4_000)
    expect([breaker.state(9_999), breaker.state(10_000)]).toEqual(['open', 'half_open'])
    expect([breaker.reason, breaker.ejections(4_000), breaker.era]).toEqual(['failures_in_row', 1, 1])
    succeed(breaker, 3, 10_000)
    const later = made()
    later.takeOver(breaker, 20_000)
    expect([later.state(20_000), later.ejections(69_999), later.ejections(70_000)]).toEqual(['closed', 1, 0])
  })

  test('that takes over is open no longer than it wants itself, unless an operator said so', () => {
    const quick = { ...defaultHealthSettings, ejectionMaxMs: 2_000 }
    const untils = (['failure_rate', 'operator'] as const).map((reason) => {
      const before = made()
      before.open(0, reason)
      const breaker = new Breaker(quick, middle)
      breaker.takeOver(before, 1_000)
      return breaker.openUntilMs
    })
    expect(untils).toEqual([3_000, 10_000])
  })

  test('is tried out at once when that is worth it, with its ejections kept', () => {
    const breaker = made()
    breaker.probeSoon(0)
    expect(breaker.state(0)).toBe('closed')
    fail(breaker, 5, 0)
    breaker.probeSoon(3_000)
    expect([breaker.state(3_000), breaker.ejections(3_000)]).toEqual(['half_open', 1])
    breaker.probeSoon(4_000)
    expect(breaker.openUntilMs).toBe(3_000)
    breaker.open(5_000, 'outlier')
    breaker.probeSoon(6_000)
    expect(breaker.state(6_000)).toBe('open')
  })

  test('knows no share of successes before the first call', () => {
    const breaker = made()
    expect(breaker.successShare(0)).toBeUndefined()
    fail(breaker, 1, 0)
    succeed(breaker, 3, 0)
    expect(breaker.successShare(0)).toBe(0.75)
  })

  test('it agrees with a model that remembers every call', () => {
    const step = fc.tuple(fc.nat(4_000), fc.constantFrom(true, true, false, false, false))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        const breaker = made()
        const model = new Model()
        let nowMs = 0
        for (const [byMs, succeeds] of steps) {
          nowMs += byMs
          const isProbe = breaker.state(nowMs) === 'half_open'
          expect(isProbe).toBe(model.stateAt(nowMs) === 'half_open')
          if (succeeds) breaker.success(nowMs)
          else breaker.failure(nowMs, isProbe)
          model.end(nowMs, succeeds)
          expect(breaker.state(nowMs)).toBe(model.stateAt(nowMs))
          expect(breaker.ejections(nowMs)).toBe(model.ejections(nowMs))
        }
      }),
      { numRuns: 200 },
    )
  })
})

/** The rule as it is written: every call is kept, and everything is counted anew. */
class Model {
  calls: { second: number; succeeded: boolean }[] = []
  /** Times of opening and closing in turn. */
  opened: number[] = []
  closedAtMs = 0
  untilMs: number | undefined
  successes = 0

  stateAt(nowMs: number): BreakerState {
    if (this.untilMs === undefined) return 'closed'
    return nowMs < this.untilMs ? 'open' : 'half_open'
  }

  ejections(nowMs: number): number {
    const minutes = this.untilMs === undefined ? Math.floor((nowMs - this.closedAtMs) / 60_000) : 0
    return Math.max(0, this.opened.length - minutes)
  }

  end(nowMs: number, succeeded: boolean): void {
    const state = this.stateAt(nowMs)
    this.calls.push({ second: Math.floor(nowMs / 1_000), succeeded })
    if (state === 'closed') {
      if (!succeeded && this.isFailing(nowMs)) this.open(nowMs)
      return
    }
    this.successes = succeeded ? this.successes + 1 : 0
    if (!succeeded && state === 'half_open') this.open(nowMs)
    if (this.successes === 3) {
      this.untilMs = undefined
      this.closedAtMs = nowMs
      this.calls = []
    }
  }

  isFailing(nowMs: number): boolean {
    const second = Math.floor(nowMs / 1_000)
    const recent = this.calls.filter((call) => call.second > second - 30)
    const failed = recent.filter((call) => !call.succeeded).length
    const last = this.calls.slice(-5)
    return (
      (last.length === 5 && last.every((call) => !call.succeeded)) ||
      (recent.length >= 20 && failed / recent.length >= 0.5)
    )
  }

  open(nowMs: number): void {
    const kept = this.ejections(nowMs)
    this.opened = [...Array.from({ length: kept }, () => 0), nowMs]
    this.untilMs = nowMs + Math.min(300_000, 10_000 * 2 ** kept)
    this.successes = 0
  }
}

function made(random = middle): Breaker {
  return new Breaker(defaultHealthSettings, random)
}

function fail(breaker: Breaker, calls: number, nowMs: number): void {
  for (let call = 0; call < calls; call += 1) breaker.failure(nowMs, false)
}

function succeed(breaker: Breaker, calls: number, nowMs: number): void {
  for (let call = 0; call < calls; call += 1) breaker.success(nowMs)
}

/** Success, failure, success … */
function alternate(breaker: Breaker, calls: number): void {
  for (let call = 0; call < calls; call += 1) {
    if (call % 2 === 1) fail(breaker, 1, 0)
    else succeed(breaker, 1, 0)
  }
}
