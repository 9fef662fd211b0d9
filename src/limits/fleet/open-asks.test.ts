// How long calls wait for the store, by virtual time.
import { expect, test } from 'bun:test'
import { VirtualClock } from '../../../test/virtual-clock.ts'
import type { HoldAnswer } from './hold-store.ts'
import { LateAnswer, OpenAsks } from './open-asks.ts'

const granted: HoldAnswer = { outcome: 'granted', used: [], running: [], spent: [], held: [] }

function opened() {
  const clock = new VirtualClock()
  const slowAtMs: number[] = []
  const asks = new OpenAsks({ clock, answerMs: 50, wasSlow: () => slowAtMs.push(clock.nowMs()) })
  const told: (HoldAnswer | LateAnswer)[] = []
  return { clock, asks, slowAtMs, told, tell: (answer: HoldAnswer | LateAnswer) => void told.push(answer) }
}

test('each call waits for its own moment, though one timer looks after all', () => {
  const { clock, asks, slowAtMs, tell } = opened()
  asks.open(tell, clock.nowMs())
  clock.advance(20)
  asks.open(tell, clock.nowMs())
  expect(clock.pending).toBe(1)
  clock.advance(100)
  expect(slowAtMs).toEqual([50, 70])
})

test('a call that was answered is told once, and leaves no timer for long', () => {
  const { clock, asks, slowAtMs, told, tell } = opened()
  asks.open(tell, clock.nowMs()).end(granted)
  clock.advance(50)
  expect([told, slowAtMs, clock.pending]).toEqual([[granted], [], 0])
})

test('who was given up hears what comes late', async () => {
  const { clock, asks, told, tell } = opened()
  const ask = asks.open(tell, clock.nowMs())
  clock.advance(50)
  ask.end(granted)
  const [late] = told
  expect(late).toBeInstanceOf(LateAnswer)
  expect(late instanceof LateAnswer && (await late.answer)).toEqual(granted)
  expect(told).toHaveLength(1)
})

test('a call that nobody will answer is told so at once', async () => {
  const { clock, asks, slowAtMs, told, tell } = opened()
  asks.open(tell, clock.nowMs()).end(undefined)
  const [late] = told
  expect(late instanceof LateAnswer ? await late.answer : 'answered').toBeUndefined()
  expect(slowAtMs).toEqual([])
})

test('a process that was held up reads what lies there before it gives up', () => {
  const { clock, asks, slowAtMs, told, tell } = opened()
  const answered = asks.open(tell, clock.nowMs())
  asks.open(tell, clock.nowMs())
  clock.stall(200)
  clock.advance(0)
  answered.end(granted)
  expect([told, slowAtMs]).toEqual([[granted], []])
  clock.advance(10)
  expect(slowAtMs).toEqual([210])
})
