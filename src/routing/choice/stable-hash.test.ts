import { expect, test } from 'bun:test'
import { fnv1a, mixed, pointOf } from './stable-hash.ts'

test('FNV-1a gives what its authors list', () => {
  // From the test vectors of draft-eastlake-fnv.
  expect(fnv1a('')).toBe(0x811c9dc5)
  expect(fnv1a('a')).toBe(0xe40c292c)
  expect(fnv1a('foobar')).toBe(0xbf9cf968)
})

test('the mix gives what MurmurHash3 gives, and no two inputs the same', () => {
  expect(mixed(0)).toBe(0)
  expect(mixed(1)).toBe(0x514e28b7)
  expect(mixed(0xffffffff)).toBe(0x81f16f39)
  expect(new Set(Array.from({ length: 20_000 }, (_, bits) => mixed(bits))).size).toBe(20_000)
})

test('points never move: callers stay where they are over restarts and versions', () => {
  expect(pointOf('canary', 'user-1')).toBeCloseTo(0.4324024476809427, 12)
  expect(pointOf('canary', 'Zoë 🦊')).toBeCloseTo(0.7947285325499251, 12)
})

test('points are spread evenly, also of names that differ in one letter', () => {
  for (const named of [(n: number) => `user-${n}`, (n: number) => `${n}`, (n: number) => `\u{1F98A}${n}@x`]) {
    const counts = Array.from({ length: 50 }, () => 0)
    for (let n = 0; n < 20_000; n++) {
      const bin = Math.floor(pointOf('gpt', named(n)) * 50)
      counts[bin] = (counts[bin] ?? 0) + 1
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - 400) ** 2 / 400, 0)
    // 49 degrees of freedom: 85.4 is passed by chance once in a thousand.
    expect(chiSquare).toBeLessThan(85.4)
  }
})

test('the points of one key for two names have nothing to do with each other', () => {
  let together = 0
  for (let n = 0; n < 20_000; n++) {
    if (pointOf(`u${n}`, 'east') < 0.5 === pointOf(`u${n}`, 'west') < 0.5) together++
  }
  // 3 standard deviations of a fair coin.
  expect(Math.abs(together - 10_000)).toBeLessThan(3 * Math.sqrt(5000))
})
