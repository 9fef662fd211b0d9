import { beforeEach, describe, expect, test } from 'bun:test'
import { RecordingObserver } from '../../test/response-observer.ts'
import { VirtualClock } from '../../test/virtual-clock.ts'
import {
  firstLookMs,
  Forgetting,
  idsEachStep,
  idsMax,
  nextLookMs,
  nextStepMs,
  responsesEachStep,
} from './forgetting.ts'
import type { HeldIdStore, ResponseStore } from './ports.ts'

let clock: VirtualClock
let observer: RecordingObserver
/** What is still to be forgotten. */
let left: { responses: number; ids: number; beyond: number }
let asked: string[]
let isAway: boolean
let forgetting: Forgetting

function take(what: keyof typeof left, max: number): Promise<number> {
  if (isAway) return Promise.reject(new Error('away'))
  const number = Math.min(left[what], max)
  left[what] -= number
  return Promise.resolve(number)
}

beforeEach(() => {
  clock = new VirtualClock()
  observer = new RecordingObserver()
  left = { responses: 0, ids: 0, beyond: 0 }
  asked = []
  isAway = false
  const responses: Pick<ResponseStore, 'forgetBefore'> = {
    forgetBefore: (timeMs, max) => {
      asked.push(`${clock.nowMs()}`)
      expect(timeMs).toBe(clock.wallMs())
      return take('responses', max)
    },
  }
  const heldIds: Pick<HeldIdStore, 'forgetBefore' | 'forgetBeyond'> = {
    forgetBefore: (_, max) => take('ids', max),
    forgetBeyond: (number, max) => {
      expect(number).toBe(idsMax)
      return take('beyond', max)
    },
  }
  forgetting = new Forgetting({ responses, heldIds, clock, observer })
  forgetting.start()
})

async function pass(ms: number): Promise<void> {
  clock.advance(ms)
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
}

describe('forgetting', () => {
  test('begins a minute after the start, and looks again every ten', async () => {
    await pass(firstLookMs - 1)
    expect(asked).toEqual([])
    await pass(1)
    await pass(nextLookMs)
    expect(asked).toEqual([String(firstLookMs), String(firstLookMs + nextLookMs)])
    expect(observer.counts.size).toBe(0)
  })

  test.each([
    ['responses', responsesEachStep],
    ['ids', idsEachStep],
    ['beyond', idsEachStep],
  ] as const)('takes many small steps for many %s', async (what, each) => {
    left[what] = each * 2 + 1
    await pass(firstLookMs)
    await pass(nextStepMs)
    expect(left[what]).toBe(1)
    await pass(nextStepMs)
    expect([left[what], asked.length]).toEqual([0, 3])
    await pass(nextStepMs)
    expect(asked.length).toBe(3)
  })

  test('is counted', async () => {
    left.responses = 7
    await pass(firstLookMs)
    expect(observer.counts.get('forgotten')).toBe(7)
  })

  test('goes on after a failure', async () => {
    isAway = true
    left.responses = 1
    await pass(firstLookMs)
    isAway = false
    await pass(nextLookMs)
    expect(left.responses).toBe(0)
  })

  test('ends when it is stopped, also in the middle of a step', async () => {
    clock.advance(firstLookMs)
    forgetting.stop()
    await pass(nextLookMs * 2)
    expect([asked.length, clock.pending]).toEqual([1, 0])
  })
})
