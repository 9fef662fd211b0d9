import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { jointSpeed, RecentSamples, Speed } from './speed.ts'

describe('recent samples', () => {
  test('have no percentiles while there are none', () => {
    expect(new RecentSamples(1).percentiles(0)).toBeUndefined()
  })

  test('percentiles are at most a twentieth off', () => {
    const sample = fc.double({ min: 1, max: 600_000, noNaN: true })
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 200 }), (numbers) => {
        const samples = new RecentSamples(1)
        for (const number of numbers) samples.add(0, number)
        const sorted = numbers.toSorted((one, other) => one - other)
        const found = samples.percentiles(0)
        expect(found?.count).toBe(numbers.length)
        for (const [share, percentile] of [
          [0.5, found?.p50],
          [0.95, found?.p95],
          [0.99, found?.p99],
        ] as const) {
          const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0
          expect((percentile ?? 0) / exact).toBeGreaterThan(0.953)
          expect((percentile ?? 0) / exact).toBeLessThan(1.05)
        }
      }),
    )
  })

  test('what is too small, too large or no number is kept at the ends', () => {
    const samples = new RecentSamples(1)
    for (const number of [0, -5, Number.NaN]) samples.add(0, number)
    expect(samples.percentiles(0)?.p99).toBeCloseTo(1.049, 3)
    samples.add(2_000, Number.POSITIVE_INFINITY)
    samples.add(2_000, 1e30)
    expect(samples.percentiles(2_000)?.p99).toBeGreaterThan(4e6)
  })

  test('a minute of samples leaves after nine to ten minutes, one minute at a time', () => {
    const samples = new RecentSamples(1)
    samples.add(0, 100)
    samples.add(60_000, 200)
    expect(samples.percentiles(599_999)?.count).toBe(2)
    expect(samples.percentiles(601_000)?.count).toBe(1)
    expect(samples.percentiles(661_000)).toBeUndefined()
    samples.add(10_000_000, 100)
    expect(samples.percentiles(10_000_000)?.count).toBe(1)
  })

  test('percentiles are kept for a second', () => {
    const samples = new RecentSamples(1)
    samples.add(0, 100)
    const kept = samples.percentiles(0)
    samples.add(1, 100)
    expect(samples.percentiles(999)).toBe(kept)
    expect(samples.percentiles(1_000)?.count).toBe(2)
  })
})

describe('the speed of a deployment', () => {
  test('tokens of a stream are counted from its first content on', () => {
    const speed = new Speed()
    speed.answer(3_000, { isStreamed: true, begunAtMs: 0, firstAtMs: 1_000 }, 200)
    expect(speed.tokensPerSecond(3_000)?.p50).toBeWithin(95, 105)
  })

  test('tokens of an answer that came whole, or all at once, are counted over the whole call', () => {
    const whole = new Speed()
    whole.answer(2_000, { isStreamed: false, begunAtMs: 0, firstAtMs: undefined }, 200)
    expect(whole.tokensPerSecond(2_000)?.p50).toBeWithin(95, 105)
    const atOnce = new Speed()
    atOnce.answer(2_000, { isStreamed: true, begunAtMs: 0, firstAtMs: 1_950 }, 200)
    expect(atOnce.tokensPerSecond(2_000)?.p50).toBeWithin(95, 105)
  })

  test('an answer of a few tokens, or of no time, has no speed', () => {
    const speed = new Speed()
    speed.answer(2_000, { isStreamed: false, begunAtMs: 0, firstAtMs: undefined }, 7)
    speed.answer(2_000, { isStreamed: false, begunAtMs: 2_000, firstAtMs: undefined }, 100)
    expect(speed.tokensPerSecond(2_000)).toBeUndefined()
  })
})

describe('the speed of several', () => {
  test('counts each sample once, whoever it is of', () => {
    const [quick, slow] = [new Speed(), new Speed()]
    for (let left = 90; left > 0; left -= 1) quick.firstContent(100, 0)
    for (let left = 10; left > 0; left -= 1) slow.firstContent(5_000, 0)
    const joined = jointSpeed([quick, slow], 5_000).firstTokenMs
    expect(joined?.count).toBe(100)
    expect(joined?.p50).toBeWithin(95, 106)
    expect(joined?.p95).toBeWithin(4_700, 5_300)
    expect(jointSpeed([quick], 5_000).firstTokenMs).toEqual(quick.firstTokenMs(5_000))
  })

  test('forgets what each of them forgets, and is nothing without samples', () => {
    const speed = new Speed()
    speed.firstContent(100, 0)
    expect(jointSpeed([speed], 700_000)).toEqual({ firstTokenMs: undefined, tokensPerSecond: undefined })
    expect(jointSpeed([], 0)).toEqual({ firstTokenMs: undefined, tokensPerSecond: undefined })
  })
})
