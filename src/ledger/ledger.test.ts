import { describe, expect, test } from 'bun:test'
import type { AttemptBegin, AttemptEnd, AttemptOutcome, AttemptRecord } from '../core/attempt.ts'
import type { Clock, Timer } from '../core/clock.ts'
import { noUsage } from '../core/usage.ts'
import { Ledger } from './ledger.ts'
import { Pairing } from './pairing.ts'
import type { AttemptPage, PassReport, Shipping } from './ports.ts'
import type { SpendRow } from './spend/spend.ts'
import { SpoolReader } from './read-spool-record.ts'
import { unknownMoney } from './attempt-money.ts'

class HandClock implements Clock {
  #nowMs = 0
  #timers: { readonly atMs: number; readonly run: () => void }[] = []

  wallMs(): number {
    return this.#nowMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  after(delayMs: number, run: () => void): Timer {
    const timer = { atMs: this.#nowMs + delayMs, run }
    this.#timers.push(timer)
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((other) => other !== timer)
      },
    }
  }

  /** Moves the time, and lets what has come due run to its end. */
  async move(byMs: number): Promise<void> {
    const endMs = this.#nowMs + byMs
    for (;;) {
      await settled()
      const [next] = this.#timers.filter(({ atMs }) => atMs <= endMs).toSorted((a, b) => a.atMs - b.atMs)
      if (next === undefined) break
      this.#timers = this.#timers.filter((other) => other !== next)
      this.#nowMs = next.atMs
      next.run()
    }
    this.#nowMs = endMs
  }
}

/** Everything that waits for nothing but other promises has run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A spool in memory, and a database that can be away. */
class World implements Shipping {
  readonly clock = new HandClock()
  readonly logged: string[] = []
  readonly stored: AttemptRecord[] = []
  passes = 0
  isAway = false
  isStuck = false
  stopped = false
  #lines: string[] = []
  readonly #pairing = new Pairing()
  readonly parts = {
    writer: { append: (json: string) => this.#lines.push(json), close: () => undefined },
    startShipping: () => this,
    openFinder: () => ({
      ofCall: (callId: string, keyId: string) => Promise.resolve(this.#ofCall(callId, keyId)),
      close: () => undefined,
    }),
    clock: this.clock,
    log: { info: this.#log('info'), warn: this.#log('warn'), error: this.#log('error') },
  }
  readonly ledger = new Ledger(this.parts)

  pass(): Promise<PassReport> {
    this.passes += 1
    if (this.isStuck) return new Promise(() => undefined)
    if (this.isAway) return Promise.reject(new Error('database is locked'))
    for (const line of this.#lines.splice(0)) {
      const record = new SpoolReader().read(line)
      const completed = record && this.#pairing.take(record, '1')
      if (completed !== undefined) this.stored.push(completed)
    }
    return Promise.resolve({ crashed: 0, spoolBytes: 0, badFiles: [], troubles: [] })
  }

  sums(): Promise<readonly SpendRow[]> {
    return Promise.resolve([])
  }

  attempts(): Promise<AttemptPage> {
    return Promise.resolve({ attempts: this.stored, next: undefined })
  }

  stop(): Promise<void> {
    this.stopped = true
    return Promise.resolve()
  }

  /** An attempt from its begin to its end. */
  run(attemptId: string, outcome: AttemptOutcome = 'ok', keyId = 'key_1'): void {
    this.ledger.spool.begin({ ...begin, attemptId, keyId })
    this.ledger.spool.end(attemptId, { ...end, outcome })
  }

  #ofCall(callId: string, keyId: string): readonly AttemptRecord[] {
    return this.stored.filter((record) => record.callId === callId && record.keyId === keyId)
  }

  #log(level: string): (event: string) => void {
    return (event) => this.logged.push(`${level} ${event}`)
  }
}

const names = { callId: 'call_1', endpoint: 'chat', model: 'm', provider: 'p', providerModel: 'pm' }
const begin: Omit<AttemptBegin, 'attemptId' | 'keyId'> = {
  ...names,
  stream: false,
  startedAtMs: 1,
  estimatedInputTokens: 1,
  generation: 1,
  kind: 'first',
  priceVersion: '',
}
const times = { status: 200, connectMs: 1, firstTokenMs: 2, totalMs: 3 }
const end: AttemptEnd = {
  ...times,
  outcome: 'ok',
  reportedModel: '',
  usage: noUsage,
  usageSource: 'final',
  usageSuspect: false,
  ...unknownMoney,
}

describe('Ledger', () => {
  test('ships within a quarter of a second, many attempts in one pass', async () => {
    const world = new World()
    world.ledger.start()
    await world.clock.move(0)
    for (let number = 0; number < 20; number += 1) world.run(`a${number}`)
    await world.clock.move(250)
    expect(world.stored.length).toBe(20)
    expect(world.passes).toBe(2)
    expect(world.ledger.stats()).toMatchObject({ unshipped: 0, oldestUnshippedMs: 0, failures: 0 })
  })

  test('looks around each ten seconds when nothing is new', async () => {
    const world = new World()
    world.ledger.start()
    await world.clock.move(20_500)
    expect(world.passes).toBe(3)
  })

  test('takes attempts down before it is started, and ships them after', async () => {
    const world = new World()
    world.run('a')
    await world.clock.move(1_000)
    expect(world.passes).toBe(0)
    world.ledger.start()
    await world.clock.move(0)
    expect(world.stored.length).toBe(1)
  })

  test('tries less and less often while the database is away, says so once, and goes on when it is back', async () => {
    const world = new World()
    world.isAway = true
    world.ledger.start()
    for (let number = 0; number < 60; number += 1) {
      world.run(`a${number}`)
      await world.clock.move(1_000)
    }
    expect(world.passes).toBeLessThan(14)
    expect(world.ledger.stats()).toMatchObject({ unshipped: 60, failures: world.passes })
    expect(world.ledger.stats().oldestUnshippedMs).toBe(60_000)
    world.isAway = false
    await world.clock.move(10_000)
    expect(world.stored.length).toBe(60)
    expect(world.logged).toEqual(['error usage_not_shipped', 'info usage_shipped_again'])
  })

  test('says once that the spool is filling, and once that it has room again', async () => {
    const world = new World()
    let spoolBytes = 85
    const pass = (): Promise<PassReport> =>
      Promise.resolve({ crashed: 0, spoolBytes, badFiles: [], troubles: [] })
    const ledger = new Ledger({
      ...world.parts,
      startShipping: () => ({ pass, stop: world.stop, sums: world.sums, attempts: world.attempts }),
      limits: { bytesMax: 100, unshippedMsMax: Infinity },
    })
    for (const bytes of [85, 90, 70, 85, 50, 50]) {
      spoolBytes = bytes
      await ledger.flush()
    }
    expect(world.logged).toEqual(['warn usage_spool_filling', 'info usage_spool_has_room'])
  })

  test('finds a call that is not shipped yet', async () => {
    const world = new World()
    world.ledger.start()
    world.run('a')
    expect((await world.ledger.attemptsOfCall('call_1', 'key_1')).length).toBe(1)
  })

  test('finds the second attempt of a call whose first is shipped', async () => {
    const world = new World()
    world.run('a', 'server_fault')
    await world.ledger.flush()
    world.run('b')
    const found = await world.ledger.attemptsOfCall('call_1', 'key_1')
    expect(found.map(({ outcome }) => outcome)).toEqual(['server_fault', 'ok'])
  })

  test('finds nothing of another key, and asks the shipper for nothing when all is shipped', async () => {
    const world = new World()
    world.run('a')
    await world.ledger.flush()
    const { passes } = world
    expect(await world.ledger.attemptsOfCall('call_1', 'key_2')).toEqual([])
    expect(world.passes).toBe(passes)
  })

  test('answers with what is there when the database takes nothing', async () => {
    const world = new World()
    world.isAway = true
    world.run('a')
    expect(await world.ledger.attemptsOfCall('call_1', 'key_1')).toEqual([])
    expect(await world.ledger.flush().catch(String)).toContain('database is locked')
  })

  test('ships the last attempts when it closes', async () => {
    const world = new World()
    world.run('a')
    await world.ledger.close()
    expect(world.stored.length).toBe(1)
    expect(world.stopped).toBe(true)
    expect(world.logged).toEqual([])
  })

  test('starts nothing for a close without attempts', async () => {
    const world = new World()
    await world.ledger.close()
    expect(world.passes).toBe(0)
    expect(world.stopped).toBe(false)
  })

  test('waits five seconds for a shipper that hangs, and says what it leaves behind', async () => {
    const world = new World()
    world.run('a')
    world.isStuck = true
    const closing = world.ledger.close()
    await world.clock.move(5_000)
    await closing
    expect(world.logged).toEqual(['warn usage_left_in_spool'])
  })
})
