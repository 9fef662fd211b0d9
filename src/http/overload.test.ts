import { beforeEach, describe, expect, test } from 'bun:test'
import { Overloaded } from '../core/errors.ts'
import type { Priority } from '../core/priority.ts'
import { VirtualClock } from '../../test/virtual-clock.ts'
import { Overload } from './overload.ts'
import type { Level } from './overload.ts'
import { overloadSettings } from './settings.ts'

const settings = overloadSettings.parse({ calls_max: 100 })
const load = { calls: 0, memory: 0, files: 0, spool: 0, random: 0, busy: 1 }
let clock: VirtualClock
let overload: Overload
let told: [Level, string][]
let shed: string[]
let filesReads: number

beforeEach(() => {
  Object.assign(load, { calls: 0, memory: 0, files: 0, spool: 0, random: 0, busy: 1 })
  clock = new VirtualClock()
  told = []
  shed = []
  filesReads = 0
  overload = new Overload(settings, {
    clock,
    random: () => load.random,
    readings: {
      callsInFlight: () => load.calls,
      memoryShare: () => load.memory,
      filesShare: () => {
        filesReads += 1
        return load.files
      },
      spoolShare: () => load.spool,
      cpuMs: () => clock.nowMs() * load.busy,
    },
    onLevel: (level, _pressure, signal) => told.push([level, signal]),
    onShed: (priority) => shed.push(priority),
  })
  overload.start()
})

/** Memory that makes this pressure: its bounds are 80 and 95 %. */
function press(pressure: number): void {
  load.memory = 0.8 + 0.15 * pressure
  clock.advance(300)
}

/** Which priorities come in just now. */
function admitted(): Priority[] {
  const priorities: readonly Priority[] = [0, 1, 2, 3]
  return priorities.filter((priority) => {
    try {
      if (overload.isTight) overload.check(priority)
      return true
    } catch {
      return false
    }
  })
}

describe('who comes in', () => {
  test.each([
    [0, [0, 1, 2, 3]],
    [0.19, [0, 1, 2, 3]],
    [0.25, [0, 1, 2]],
    [0.49, [0, 1, 2]],
    [0.89, [0, 1]],
    [0.95, [0]],
    [1, [0]],
  ] as const)('at a pressure of %d: the priorities %p', (pressure, priorities) => {
    load.calls = 1
    press(pressure)
    expect(admitted()).toEqual([...priorities])
  })

  test('ordinary calls are turned away by chance, the more the higher the pressure is', () => {
    load.calls = 1
    press(0.7)
    load.random = 0.49
    expect(admitted()).toEqual([0, 1])
    load.random = 0.51
    expect(admitted()).toEqual([0, 1, 2])
  })

  test('a fifth of the places is kept for those of high priority, and nobody goes beyond the last', () => {
    load.calls = 80
    expect(overload.isTight).toBe(false)
    load.calls = 81
    expect(admitted()).toEqual([0, 1])
    load.calls = 100
    expect(admitted()).toEqual([0, 1])
    load.calls = 101
    expect(admitted()).toEqual([])
  })

  test('who is turned away is told when to come back, and counted', () => {
    load.calls = 1
    press(1)
    for (const [random, seconds] of [
      [0, 1],
      [0.999, 5],
    ] as const) {
      load.random = random
      const refusal = refusalOf(1)
      expect(refusal.retryAfterSeconds).toBe(seconds)
    }
    expect(shed).toEqual(['high', 'high'])
  })

  test('with shedding off everybody comes in, and nothing is said', () => {
    press(1)
    overload.use({ ...settings, shed: false })
    load.calls = 1_000
    expect(overload.isTight).toBe(false)
    expect(overload.level).toBe('calm')
    clock.advance(1_000)
    expect(overload.pressure).toBe(0)
    expect(overload.isStrained || overload.isPressed).toBe(false)
  })

  test('other bounds are taken over at once', () => {
    load.calls = 10
    expect(overload.isTight).toBe(false)
    overload.use({ ...settings, calls_max: 5 })
    expect(admitted()).toEqual([])
  })
})

describe('what is told', () => {
  test('a level is told once when it is reached, with what presses, and left only after a second of less', () => {
    press(0.6)
    press(0.62)
    expect(told).toEqual([['pressed', 'memory']])
    press(0.45)
    clock.advance(2_000)
    expect(told).toHaveLength(1)
    press(0.35)
    expect(told).toHaveLength(1)
    clock.advance(1_000)
    expect(told.at(-1)?.[0]).toBe('strained')
    press(0)
    clock.advance(1_000)
    expect(told.map(([level]) => level)).toEqual(['pressed', 'strained', 'calm'])
  })

  test('the signal that presses most is the pressure', () => {
    load.memory = 0.83
    load.spool = 0.95
    clock.advance(300)
    expect(overload.pressure).toBe(1)
    expect(told).toEqual([['critical', 'spool']])
    expect(overload.values.memory).toBeCloseTo(0.2)
  })

  test('open files are counted every five seconds only', () => {
    load.files = 0.8
    clock.advance(4_900)
    expect(filesReads).toBe(1)
    clock.advance(1_000)
    expect(filesReads).toBe(2)
    expect(overload.values.files).toBeCloseTo(0.5)
  })
})

describe('the event loop', () => {
  test('a process that is late because others have its core turns nobody away', () => {
    load.busy = 0.1
    load.calls = 1
    clock.advance(1_000)
    clock.stall(1_000)
    clock.advance(300)
    expect([overload.level, admitted()]).toEqual(['calm', [0, 1, 2, 3]])
  })

  test('a timer that comes two seconds late presses, and two seconds later it is forgotten', () => {
    load.calls = 1
    clock.advance(1_000)
    clock.stall(2_000)
    clock.advance(50)
    expect(overload.level).toBe('critical')
    expect(overload.delayMs).toBeCloseTo(300)
    expect(admitted()).toEqual([0])
    clock.advance(2_250)
    expect(admitted()).toEqual([0, 1, 2, 3])
    clock.advance(1_250)
    expect(overload.level).toBe('calm')
  })

  test('a step of the wall clock is no delay', () => {
    clock.advance(1_000)
    clock.stepWall(-3_600_000)
    clock.advance(1_000)
    clock.stepWall(7_200_000)
    clock.advance(1_000)
    expect(overload.pressure).toBe(0)
  })

  test('nothing is looked at any more after the end', () => {
    overload.stop()
    expect(clock.pending).toBe(0)
  })
})

describe('settings', () => {
  test.each([
    [{ delay_from: '300ms' }, 'delay_to'],
    [{ memory_to: 0.5 }, 'memory_to'],
    [{ calls_max: 0 }, 'calls_max'],
  ])('%p is refused', (written, name) => {
    const read = overloadSettings.safeParse(written)
    expect(read.error?.issues[0]?.path).toEqual([name])
  })
})

function refusalOf(priority: Priority): Overloaded {
  try {
    overload.check(priority)
  } catch (failure) {
    if (failure instanceof Overloaded) return failure
  }
  throw new Error('it came in')
}
