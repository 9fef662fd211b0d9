import { expect, test } from 'bun:test'
import { VirtualClock } from '../../test/virtual-clock.ts'
import { eachMs, ModelWatch } from './model-watch.ts'

test('models are looked at once a minute, and a last time at the end', () => {
  const clock = new VirtualClock()
  let looks = 0
  const watch = new ModelWatch(clock, () => {
    looks += 1
  })
  watch.start()
  clock.advance(eachMs - 1)
  expect(looks).toBe(0)
  clock.advance(1)
  clock.advance(eachMs)
  expect(looks).toBe(2)
  watch.stop()
  expect(looks).toBe(3)
  clock.advance(10 * eachMs)
  expect([looks, clock.pending]).toEqual([3, 0])
})
