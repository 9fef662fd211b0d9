// What the gateway does when there is too much of everything: it turns away what matters least, early and cheaply, so
// that the rest is answered in time. Looked at four times a second; while nothing presses, a call pays one comparison.
import type { Clock, Timer } from '../core/clock.ts'
import { Overloaded } from '../core/errors.ts'
import { priorityNames } from '../core/priority.ts'
import type { Priority, PriorityName } from '../core/priority.ts'
import { LoopDelay, pressureOf } from '../platform/pressure.ts'
import type { Bounds } from '../platform/pressure.ts'
import type { OverloadSettings } from './settings.ts'

export const signals = ['event_loop', 'memory', 'calls', 'files', 'spool'] as const
export type Signal = (typeof signals)[number]

/** Least to most. */
export const levels = ['calm', 'strained', 'pressed', 'critical'] as const
export type Level = (typeof levels)[number]

/** What is measured beside the event loop. Undefined where the system does not tell. */
export interface LoadReadings {
  callsInFlight(): number
  /** Part of the memory that this process may have. */
  memoryShare(): number | undefined
  /** Part of the files that it may have open. Dear: asked every five seconds. */
  filesShare(): number | undefined
  /** Part of the spool's room that is taken. */
  spoolShare(): number
  /** Milliseconds of CPU time that the process has used so far. */
  cpuMs(): number
}

export interface OverloadParts {
  readonly clock: Clock
  readonly readings: LoadReadings
  /** 0 to 1, 1 excluded. */
  readonly random: () => number
  /** The level has changed; `signal` presses most. */
  readonly onLevel: (level: Level, pressure: number, signal: Signal) => void
  readonly onShed: (priority: PriorityName) => void
}

/** Background work stops, and nothing is done that is only nice to have. */
const strainedAt = 0.2
/** Ordinary calls are turned away, the more the higher it is, and clients are asked to connect anew. */
const pressedAt = 0.5
/** Above it by this much all ordinary calls are. */
const pressedSpan = 0.4
/** Only what is critical comes in. */
const criticalAt = 0.9

/** Part of the places that is kept for calls of the priorities 0 and 1. */
const keptShare = 0.2
const callBounds: Bounds = { from: 1 - keptShare, to: 1 }
const fileBounds: Bounds = { from: 0.7, to: 0.9 }
const spoolBounds: Bounds = { from: 0.7, to: 0.95 }

const sampleMs = 250
/** While calls are under way the loop is looked at more often than samples are taken. */
const lookMs = 50
const filesEveryMs = 5_000
/** A level is left downwards only this far below its bound, and after this many samples. */
const slack = 0.1
const calmSamples = 4

export class Overload {
  readonly #parts: OverloadParts
  readonly #loop = new LoopDelay()
  readonly #values: Record<Signal, number> = { event_loop: 0, memory: 0, calls: 0, files: 0, spool: 0 }
  #settings: OverloadSettings
  /** With more calls than this somebody may have to go. Negative while there is pressure. */
  #freeUpTo: number
  #pressure = 0
  #delayMs = 0
  #level = 0
  #samplesBelow = 0
  #timer: Timer | undefined
  #sampledMs = 0
  #filesReadMs = -Infinity

  constructor(settings: OverloadSettings, parts: OverloadParts) {
    this.#parts = parts
    this.#settings = settings
    this.#freeUpTo = roomIn(settings)
  }

  /** Takes over other bounds. */
  use(settings: OverloadSettings): void {
    this.#settings = settings
    if (!settings.shed) this.#forget()
    this.#freeUpTo = this.#pressure > strainedAt ? -1 : roomIn(settings)
  }

  start(): void {
    this.#sampledMs = this.#parts.clock.nowMs()
    this.#look()
  }

  stop(): void {
    this.#timer?.cancel()
  }

  /** Somebody may have to be turned away: `check` says who. */
  get isTight(): boolean {
    return this.#parts.readings.callsInFlight() > this.#freeUpTo
  }

  /** Throws Overloaded when a call of this priority, which is counted already, may not come in. */
  check(priority: Priority): void {
    if (!this.#refuses(priority)) return
    this.#parts.onShed(priorityNames[priority])
    // Spread, so that those who are turned away together do not come back together.
    throw new Overloaded(1 + Math.floor(this.#parts.random() * 5))
  }

  /** What costs without need, such as a second attempt beside the first, is left out. */
  get isStrained(): boolean {
    return this.#pressure > strainedAt
  }

  /** Clients are asked to come back on another connection, perhaps to another instance. */
  get isPressed(): boolean {
    return this.#pressure > pressedAt
  }

  /** 0 to 1: the highest of all signals. */
  get pressure(): number {
    return this.#pressure
  }

  /** How late the event loop is, smoothed. */
  get delayMs(): number {
    return this.#delayMs
  }

  /** Of each signal, 0 to 1. */
  get values(): Readonly<Record<Signal, number>> {
    return this.#values
  }

  /** Like the pressure, but it does not flutter. */
  get level(): Level {
    return levels[this.#level] ?? 'calm'
  }

  #refuses(priority: Priority): boolean {
    const settings = this.#settings
    if (!settings.shed) return false
    const calls = this.#parts.readings.callsInFlight()
    if (calls > settings.calls_max) return true
    if (priority === 0) return false
    if (this.#pressure > criticalAt) return true
    if (priority === 1) return false
    if (calls > roomIn(settings)) return true
    if (priority === 3) return this.#pressure > strainedAt
    const share = (this.#pressure - pressedAt) / pressedSpan
    return share > 0 && this.#parts.random() < share
  }

  #look(): void {
    const { clock, readings } = this.#parts
    const delayMs = readings.callsInFlight() > 0 ? lookMs : sampleMs
    const fromMs = clock.nowMs()
    const fromCpuMs = readings.cpuMs()
    this.#timer = clock.after(delayMs, () => {
      const nowMs = clock.nowMs()
      // Late for want of a core, not of time: turning calls away would win nothing.
      const busy = Math.min(1, (readings.cpuMs() - fromCpuMs) / Math.max(1, nowMs - fromMs))
      this.#loop.late((nowMs - fromMs - delayMs) * busy)
      // A timer may be a moment early.
      if (nowMs - this.#sampledMs >= sampleMs - 1) this.#sample(nowMs)
      this.#look()
    })
  }

  #sample(nowMs: number): void {
    this.#sampledMs = nowMs
    const settings = this.#settings
    this.#delayMs = this.#loop.sample()
    if (!settings.shed) return
    const { readings } = this.#parts
    const values = this.#values
    values.event_loop = pressureOf(this.#delayMs, { from: settings.delay_from, to: settings.delay_to })
    values.memory = pressureOf(readings.memoryShare(), { from: settings.memory_from, to: settings.memory_to })
    values.calls = pressureOf(readings.callsInFlight() / settings.calls_max, callBounds)
    values.spool = pressureOf(readings.spoolShare(), spoolBounds)
    if (nowMs - this.#filesReadMs >= filesEveryMs) {
      this.#filesReadMs = nowMs
      values.files = pressureOf(readings.filesShare(), fileBounds)
    }
    const worst = this.#worst()
    this.#pressure = values[worst]
    this.#freeUpTo = this.#pressure > strainedAt ? -1 : roomIn(settings)
    this.#judge(worst)
  }

  #worst(): Signal {
    return signals.reduce((worst, signal) => (this.#values[signal] > this.#values[worst] ? signal : worst))
  }

  /** Up at once, down one step after a second of less. */
  #judge(signal: Signal): void {
    const reached = levelOf(this.#pressure)
    if (reached > this.#level) return this.#enter(reached, signal)
    this.#samplesBelow = levelOf(this.#pressure + slack) < this.#level ? this.#samplesBelow + 1 : 0
    if (this.#samplesBelow >= calmSamples) this.#enter(levelOf(this.#pressure + slack), signal)
  }

  #enter(level: number, signal: Signal): void {
    this.#samplesBelow = 0
    this.#level = level
    this.#parts.onLevel(this.level, this.#pressure, signal)
  }

  #forget(): void {
    for (const signal of signals) this.#values[signal] = 0
    this.#pressure = 0
    if (this.#level > 0) this.#enter(0, 'event_loop')
  }
}

/** How many calls there may be before anybody is turned away for their number. */
function roomIn(settings: OverloadSettings): number {
  const { shed, calls_max: callsMax } = settings
  return shed ? Math.max(1, Math.floor(callsMax * (1 - keptShare))) : Infinity
}

function levelOf(pressure: number): number {
  if (pressure > criticalAt) return 3
  if (pressure > pressedAt) return 2
  return pressure > strainedAt ? 1 : 0
}
