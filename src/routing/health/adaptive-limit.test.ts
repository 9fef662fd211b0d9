import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { AdaptiveLimit } from './adaptive-limit.ts'
import { defaultHealthSettings } from './health-settings.ts'
import type { ConcurrencySettings } from './health-settings.ts'

describe('the adaptive limit', () => {
  test('is full at its limit, and not one below', () => {
    const limit = made()
    take(limit, 31, 0)
    expect(limit.isFull(0)).toBe(false)
    limit.take(0)
    expect(limit.isFull(0)).toBe(true)
    limit.release(0)
    expect(limit.isFull(0)).toBe(false)
  })

  test('falls by a quarter at the first signal of a second only', () => {
    const limit = made()
    limit.signal(0)
    limit.signal(999)
    expect(limit.limit).toBe(24)
    limit.signal(1_000)
    expect(limit.limit).toBe(18)
  })

  test('never falls below 4', () => {
    const limit = made()
    for (let second = 0; second < 60; second += 1) limit.signal(second * 1_000)
    expect(limit.limit).toBe(4)
  })

  test('rises after a second in which more than four fifths were in use', () => {
    const [used, unused] = [made(), made()]
    take(used, 26, 0)
    take(unused, 25, 0)
    expect([used.isFull(1_000), unused.isFull(1_000)]).toEqual([false, false])
    expect([used.limit, unused.limit]).toEqual([33, 32])
  })

  test('does not rise after a second with a signal', () => {
    const limit = made()
    take(limit, 32, 0)
    limit.signal(1)
    limit.isFull(1_000)
    expect(limit.limit).toBe(24)
  })

  test('a peak counts though it is over', () => {
    const limit = made()
    take(limit, 32, 0)
    for (let call = 0; call < 32; call += 1) limit.release(1)
    limit.isFull(1_000)
    expect(limit.limit).toBe(33)
  })

  test('rises by a twentieth when it is large, to 1000 at most', () => {
    const limit = made({ start: 900 })
    take(limit, 1_000, 0)
    limit.isFull(1_000)
    expect(limit.limit).toBe(945)
    limit.isFull(3_600_000)
    expect(limit.limit).toBe(1_000)
  })

  test('is after an outage what it was before, however often it was lowered meanwhile', () => {
    const limit = made()
    limit.beginOutage()
    limit.signal(0)
    limit.beginOutage()
    limit.signal(1_000)
    expect(limit.limit).toBe(18)
    limit.endOutage()
    expect(limit.limit).toBe(32)
    limit.signal(2_000)
    limit.endOutage()
    expect(limit.limit).toBe(24)
  })

  test("an operator's cap bounds what adapts", () => {
    const limit = made({ fixed: 2 })
    expect(limit.limit).toBe(2)
    take(limit, 1, 0)
    expect(limit.isAtCap).toBe(false)
    take(limit, 1, 0)
    expect([limit.isAtCap, limit.isFull(0)]).toEqual([true, true])
    limit.signal(5_000)
    expect(limit.limit).toBe(2)
  })

  test('turned off, only the cap counts, and signals do nothing', () => {
    const capped = made({ adaptive: false, fixed: 8 })
    capped.signal(0)
    expect(capped.limit).toBe(8)
    const free = made({ adaptive: false })
    take(free, 5_000, 0)
    free.signal(0)
    expect([free.limit, free.isFull(9_000)]).toEqual([Number.POSITIVE_INFINITY, false])
  })

  test('bounds nothing before the first signal, and then by what was in use', () => {
    const settings = { start: 32, atFirst: 1_000 }
    const quiet = made(settings)
    quiet.signal(0)
    const busy = made(settings)
    take(busy, 200, 0)
    expect(busy.isFull(0)).toBe(false)
    busy.signal(0)
    expect([quiet.limit, busy.limit]).toEqual([24, 150])
  })

  test('it agrees with a model that has a timer', () => {
    const step = fc.tuple(fc.nat(2_500), fc.constantFrom('take', 'take5', 'release', 'signal'))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const settings = { ...defaultHealthSettings.concurrency, start: 8, max: 24 }
        const limit = new AdaptiveLimit(settings)
        const model = new TimedModel(8, 24)
        let nowMs = 0
        for (const [byMs, name] of steps) {
          model.pass(nowMs, nowMs + byMs)
          nowMs += byMs
          apply(name, nowMs, limit, model)
          expect(limit.isFull(nowMs)).toBe(model.inFlight >= model.limit)
          expect([limit.limit, limit.inFlight]).toEqual([model.limit, model.inFlight])
        }
      }),
    )
  })
})

/** Looks at the end of every second, as the rule is written. */
class TimedModel {
  limit: number
  inFlight = 0
  peak = 0
  isSignalled = false
  readonly start: number
  readonly max: number

  constructor(start: number, max: number) {
    this.limit = this.start = start
    this.max = max
  }

  pass(fromMs: number, toMs: number): void {
    for (let second = Math.floor(fromMs / 1_000) + 1; second * 1_000 <= toMs; second += 1) this.#endSecond()
  }

  #endSecond(): void {
    if (!this.isSignalled && this.peak > 0.8 * this.limit) {
      this.limit = Math.min(this.max, this.limit + Math.max(1, Math.floor(this.limit / 20)))
    }
    this.peak = this.inFlight
    this.isSignalled = false
  }
}

function apply(name: string, nowMs: number, limit: AdaptiveLimit, model: TimedModel): void {
  if (name === 'signal') {
    limit.signal(nowMs)
    const used = Math.min(model.limit, Math.max(model.peak, model.start))
    if (!model.isSignalled) model.limit = Math.max(4, Math.floor(used * 0.75))
    model.isSignalled = true
  } else if (name === 'release') {
    if (model.inFlight === 0) return
    limit.release(nowMs)
    model.inFlight -= 1
  } else {
    const calls = name === 'take' ? 1 : 5
    take(limit, calls, nowMs)
    model.inFlight += calls
    model.peak = Math.max(model.peak, model.inFlight)
  }
}

function made(settings: Partial<ConcurrencySettings> = {}): AdaptiveLimit {
  return new AdaptiveLimit({ ...defaultHealthSettings.concurrency, ...settings })
}

function take(limit: AdaptiveLimit, calls: number, nowMs: number): void {
  for (let call = 0; call < calls; call += 1) limit.take(nowMs)
}
