import { expect, test } from 'bun:test'
import { eachInSlices } from './each-in-slices.ts'

test('what is done with very many lets others have their turns', async () => {
  const done: number[] = []
  const seen: number[] = []
  const looking = setInterval(() => seen.push(done.length), 0)
  await eachInSlices(Array(20_000).keys(), (one) => {
    done.push(one)
    // As long as work takes that is worth it.
    const untilMs = performance.now() + 0.002
    while (performance.now() < untilMs);
  })
  clearInterval(looking)
  expect(done).toHaveLength(20_000)
  expect(done.at(-1)).toBe(19_999)
  expect(seen.length).toBeGreaterThan(3)
})

test('what is done with a few is done at once', () => {
  const done: number[] = []
  void eachInSlices([1, 2, 3], (one) => done.push(one))
  expect(done).toEqual([1, 2, 3])
})
