import { afterEach, describe, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock, Timer } from '../core/clock.ts'
import { watchFiles } from './watch-files.ts'
import type { FileWatch } from './watch-files.ts'

/** A clock that stands until it is moved, and tells when somebody begins to wait. */
class HandClock implements Clock {
  #nowMs = 0
  #timers: { readonly atMs: number; readonly run: () => void }[] = []
  #arrivals: (() => void)[] = []

  wallMs(): number {
    return this.#nowMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  after(delayMs: number, run: () => void): Timer {
    const timer = { atMs: this.#nowMs + delayMs, run }
    this.#timers.push(timer)
    for (const arrived of this.#arrivals.splice(0)) arrived()
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((other) => other !== timer)
      },
    }
  }

  move(byMs: number): void {
    const endMs = this.#nowMs + byMs
    for (;;) {
      const next = this.#timers.toSorted((left, right) => left.atMs - right.atMs)[0]
      if (next === undefined || next.atMs > endMs) break
      this.#timers = this.#timers.filter((other) => other !== next)
      this.#nowMs = next.atMs
      next.run()
    }
    this.#nowMs = endMs
  }

  get waiting(): number {
    return this.#timers.length
  }

  /** Resolves when the next timer is set. */
  nextTimer(): Promise<void> {
    return new Promise((resolve) => {
      this.#arrivals.push(resolve)
    })
  }
}

const lookMs = 2_000
const settleMs = 100
const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

interface Setting {
  readonly folder: string
  readonly file: string
  readonly clock: HandClock
  readonly watch: FileWatch
  changes(): number
}

function watched(prepare?: (folder: string) => void): Setting {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-watch-'))
  const file = join(folder, 'sallyport.yaml')
  if (prepare === undefined) writeFileSync(file, 'one')
  else prepare(folder)
  const clock = new HandClock()
  let changes = 0
  const watch = watchFiles([file], () => (changes += 1), clock)
  closing.push(
    () => watch.close(),
    () => rmSync(folder, { recursive: true }),
  )
  return { folder, file, clock, watch, changes: () => changes }
}

describe('watching files', () => {
  test('tells of a write in place, once it has settled', () => {
    const { file, clock, changes } = watched()
    writeFileSync(file, 'two')
    clock.move(lookMs)
    expect(changes()).toBe(0)
    clock.move(settleMs)
    expect(changes()).toBe(1)
    clock.move(10 * lookMs)
    expect(changes()).toBe(1)
  })

  test('tells of several steps as one change, after the last of them', () => {
    const { file, clock, changes } = watched()
    writeFileSync(file, '')
    clock.move(lookMs)
    writeFileSync(file, 'two, and')
    clock.move(settleMs)
    expect(changes()).toBe(0)
    clock.move(settleMs)
    expect(changes()).toBe(1)
  })

  test('tells of a file that is replaced by a rename', () => {
    const { folder, file, clock, changes } = watched()
    writeFileSync(join(folder, 'new'), 'two')
    renameSync(join(folder, 'new'), file)
    clock.move(lookMs + settleMs)
    expect(changes()).toBe(1)
    writeFileSync(file, 'three')
    clock.move(lookMs + settleMs)
    expect(changes()).toBe(2)
  })

  test('tells of a link that leads elsewhere, as Kubernetes swaps a ConfigMap', () => {
    const swap = (folder: string, version: string): void => {
      mkdirSync(join(folder, version))
      writeFileSync(join(folder, version, 'sallyport.yaml'), version)
      symlinkSync(version, join(folder, '..data_tmp'))
      renameSync(join(folder, '..data_tmp'), join(folder, '..data'))
    }
    const { folder, clock, changes } = watched((at) => {
      swap(at, 'first')
      symlinkSync('..data/sallyport.yaml', join(at, 'sallyport.yaml'))
    })
    swap(folder, 'other')
    clock.move(lookMs + settleMs)
    expect(changes()).toBe(1)
  })

  test('tells of a file that goes, and of its coming back', () => {
    const { file, clock, changes } = watched()
    unlinkSync(file)
    clock.move(lookMs + settleMs)
    expect(changes()).toBe(1)
    writeFileSync(file, 'one')
    clock.move(lookMs + settleMs)
    expect(changes()).toBe(2)
  })

  test('takes a file that is away for a moment as one change', () => {
    const { file, clock, changes } = watched()
    unlinkSync(file)
    clock.move(lookMs)
    writeFileSync(file, 'two')
    clock.move(2 * settleMs)
    expect(changes()).toBe(1)
  })

  test('is told by the system and does not wait for the next look', async () => {
    const { file, clock, changes } = watched()
    const noticed = clock.nextTimer()
    writeFileSync(file, 'two')
    await noticed
    clock.move(settleMs)
    expect(changes()).toBe(1)
    expect(clock.nowMs()).toBeLessThan(lookMs)
  })

  test('pays no attention to other files of the folder', () => {
    const { folder, clock, changes } = watched()
    writeFileSync(join(folder, 'other.log'), 'noise')
    clock.move(3 * lookMs)
    expect(changes()).toBe(0)
  })

  test('goes over to other files when it is told to', () => {
    const { folder, file, clock, watch, changes } = watched()
    const secret = join(folder, 'secret')
    watch.watch([file, secret])
    clock.move(lookMs)
    expect(changes()).toBe(0)
    writeFileSync(secret, 'key')
    clock.move(lookMs + settleMs)
    expect(changes()).toBe(1)
    watch.watch([secret])
    writeFileSync(file, 'two')
    clock.move(lookMs + settleMs)
    expect(changes()).toBe(1)
  })

  test('does not lose a change that happens while files are exchanged', () => {
    const { folder, file, clock, watch, changes } = watched()
    writeFileSync(file, 'two')
    watch.watch([file, join(folder, 'secret')])
    clock.move(settleMs)
    expect(changes()).toBe(1)
  })

  test('works for a folder that does not exist yet', () => {
    const { folder, clock, watch, changes } = watched()
    const later = join(folder, 'later', 'sallyport.yaml')
    watch.watch([later])
    mkdirSync(join(folder, 'later'))
    writeFileSync(later, 'one')
    clock.move(lookMs + settleMs)
    expect(changes()).toBe(1)
  })

  test('says nothing after it was closed', () => {
    const { file, clock, watch, changes } = watched()
    writeFileSync(file, 'two')
    clock.move(lookMs)
    watch.close()
    expect(clock.waiting).toBe(0)
    clock.move(lookMs)
    expect(changes()).toBe(0)
  })
})
