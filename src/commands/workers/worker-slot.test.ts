import { beforeEach, describe, expect, test } from 'bun:test'
import type { ToWorker } from '../../compose/fellow-workers.ts'
import type { WorkerChild, WorkerEnd } from '../../platform/worker-child.ts'
import { Log } from '../../telemetry/log.ts'
import { VirtualClock } from '../../../test/virtual-clock.ts'
import { WorkerSlot } from './worker-slot.ts'

class FakeChild implements WorkerChild {
  readonly pid = 1
  readonly sent: ToWorker[] = []
  readonly signals: string[] = []
  readonly ended: Promise<WorkerEnd>
  readonly say: (message: unknown) => void
  end: (end: WorkerEnd) => void = () => {}

  constructor(say: (message: unknown) => void) {
    this.say = say
    this.ended = new Promise((resolve) => {
      this.end = resolve
    })
  }

  send(message: unknown): void {
    this.sent.push(message as ToWorker)
  }

  signal(name: string): void {
    this.signals.push(name)
  }
}

const killed: WorkerEnd = { code: null, signal: 'SIGKILL' }
let clock: VirtualClock
let children: FakeChild[]
let restarts: number
let slot: WorkerSlot

beforeEach(() => {
  clock = new VirtualClock()
  children = []
  restarts = 0
  slot = new WorkerSlot({
    number: 1,
    clock,
    log: new Log({ write: () => {} }, clock, 'json'),
    onRestart: () => {
      restarts += 1
    },
    onMessage: () => {},
    start: (onMessage) => {
      const child = new FakeChild(onMessage)
      children.push(child)
      return child
    },
  })
})

function newest(): FakeChild {
  const child = children.at(-1)
  if (child === undefined) throw new Error('nobody was started')
  return child
}

/** What follows an end happens a moment later. */
async function end(how: WorkerEnd): Promise<void> {
  newest().end(how)
  await Bun.sleep(0)
}

describe('a worker', () => {
  test('serves when it says so', async () => {
    const begun = slot.begin({ hasToServe: true })
    expect(slot.isServing).toBe(false)
    newest().say({ kind: 'serving', drainMs: 7 })
    expect(await begun).toBe(true)
    expect([slot.isServing, slot.drainMs]).toEqual([true, 7])
  })

  test('that has to serve and ends before is not followed by another', async () => {
    const begun = slot.begin({ hasToServe: true })
    await end({ code: 1, signal: null })
    expect(await begun).toBe(false)
    clock.advance(60_000)
    expect(children).toHaveLength(1)
  })

  test('that dies is followed by another, later each time, and soon again after a good while', async () => {
    void slot.begin({ hasToServe: false })
    const delays = [100, 200, 400, 800, 1_600]
    for (const [died, delayMs] of delays.entries()) {
      newest().say({ kind: 'serving', drainMs: 1 })
      await end(killed)
      expect(slot.isServing).toBe(false)
      clock.advance(delayMs - 1)
      expect(children).toHaveLength(died + 1)
      clock.advance(1)
      expect(children).toHaveLength(died + 2)
    }
    newest().say({ kind: 'serving', drainMs: 1 })
    clock.advance(1_000)
    newest().say({ kind: 'pong' })
    for (let waited = 0; waited < 60; waited += 5) {
      clock.advance(5_000)
      newest().say({ kind: 'pong' })
    }
    await end(killed)
    clock.advance(100)
    expect(restarts).toBe(6)
    expect(children).toHaveLength(7)
  })

  test('that does not answer for half a minute is killed', async () => {
    void slot.begin({ hasToServe: false })
    newest().say({ kind: 'serving', drainMs: 1 })
    for (let asked = 0; asked < 6; asked += 1) clock.advance(5_000)
    expect([newest().sent.length, newest().signals]).toEqual([6, []])
    clock.advance(5_000)
    expect(newest().signals).toEqual(['SIGKILL'])
    await end(killed)
    clock.advance(100)
    expect(children).toHaveLength(2)
  })

  test('that has not begun to serve is left alone however long it takes', () => {
    void slot.begin({ hasToServe: false })
    clock.advance(600_000)
    expect(newest()).toMatchObject({ sent: [], signals: [] })
  })

  test('that is asked to leave gives its code, and nobody follows', async () => {
    void slot.begin({ hasToServe: false })
    newest().say({ kind: 'serving', drainMs: 1 })
    const left = slot.leave('SIGTERM')
    expect(newest().signals).toEqual(['SIGTERM'])
    await end({ code: 3, signal: null })
    expect(await left).toBe(3)
    clock.advance(60_000)
    expect(children).toHaveLength(1)
  })

  test('that is not there just now has left already, and does not come', async () => {
    void slot.begin({ hasToServe: false })
    newest().say({ kind: 'serving', drainMs: 1 })
    await end(killed)
    expect(await slot.leave('SIGINT')).toBe(0)
    clock.advance(60_000)
    expect(children).toHaveLength(1)
  })

  test('that was ended before it could listen for signals had nothing to finish', async () => {
    void slot.begin({ hasToServe: false })
    const left = slot.leave('SIGTERM')
    await end({ code: null, signal: 'SIGTERM' })
    expect(await left).toBe(0)
  })
})
