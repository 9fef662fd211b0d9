import { describe, expect, test } from 'bun:test'
import type { AttemptBegin, AttemptEnd } from '../core/attempt.ts'
import { UsageSpoolFull } from '../core/errors.ts'
import { noUsage } from '../core/usage.ts'
import type { PriceVersion } from '../core/price.ts'
import { PriceBook } from './prices/price-book.ts'
import { Spool } from './spool.ts'
import { unknownMoney } from './attempt-money.ts'

const limits = { bytesMax: 10_000, unshippedMsMax: 1_000 }

/** A spool on a disk that can be broken. */
function startSpool(bytesBefore = 0) {
  const disk = { lines: new Array<string>(), isBroken: false, nowMs: 0 }
  const writer = {
    append(line: string): number {
      if (disk.isBroken) throw new Error('ENOSPC: no space left on device')
      disk.lines.push(line)
      return line.length
    },
    close() {},
  }
  const clock = { wallMs: () => 0, nowMs: () => disk.nowMs, after: () => ({ cancel() {} }) }
  return { disk, spool: new Spool({ writer, clock, limits, bytesBefore, onEnd: () => undefined }) }
}

function attempt(attemptId: string): AttemptBegin {
  return {
    attemptId,
    callId: 'call_1',
    keyId: 'key_1',
    endpoint: 'chat',
    model: 'fast',
    provider: 'openai',
    providerModel: 'gpt-5-mini',
    stream: false,
    startedAtMs: 1,
    estimatedInputTokens: 7,
    generation: 1,
    kind: 'first',
    priceVersion: '',
  }
}

const end: AttemptEnd = {
  outcome: 'ok',
  status: 200,
  connectMs: 1,
  firstTokenMs: 2,
  totalMs: 3,
  reportedModel: 'gpt-5-mini',
  usage: noUsage,
  usageSource: 'final',
  usageSuspect: false,
  ...unknownMoney,
}

describe('Spool', () => {
  test('has written each record before it returns', () => {
    const { spool, disk } = startSpool()
    spool.begin(attempt('a'))
    expect(disk.lines.length).toBe(1)
    spool.mark('a', 256)
    expect(disk.lines.length).toBe(2)
    spool.end('a', end)
    expect(disk.lines.length).toBe(3)
    expect(spool.unshipped).toBe(1)
  })

  test('refuses to begin an attempt that cannot be written down, and takes the next one when it can', () => {
    const { spool, disk } = startSpool()
    disk.isBroken = true
    expect(() => spool.begin(attempt('a'))).toThrow(UsageSpoolFull)
    disk.isBroken = false
    spool.begin(attempt('a'))
    expect(spool.failures).toBe(1)
  })

  test('keeps an end that the disk refused and writes it before anything else', () => {
    const { spool, disk } = startSpool()
    spool.begin(attempt('a'))
    spool.begin(attempt('b'))
    disk.isBroken = true
    spool.mark('a', 1)
    spool.end('a', end)
    spool.end('b', end)
    expect(() => spool.begin(attempt('c'))).toThrow(UsageSpoolFull)
    expect(spool.unwritten).toBe(2)
    disk.isBroken = false
    spool.begin(attempt('c'))
    expect(spool.unwritten).toBe(0)
    expect(disk.lines.slice(2).map((line) => line.slice(0, 5))).toEqual(['e[["a', 'e[["b', 'b["c"'])
  })

  test('does not count an end as shipped that is not even written', () => {
    const { spool, disk } = startSpool()
    spool.begin(attempt('a'))
    disk.isBroken = true
    spool.end('a', end)
    spool.passEnded(spool.passBegins(), 0)
    expect(spool.unshipped).toBe(1)
  })

  test('throws for an end without a begin, for a second end and for a second begin', () => {
    const { spool } = startSpool()
    expect(() => spool.end('a', end)).toThrow('not open')
    spool.begin(attempt('a'))
    expect(() => spool.begin(attempt('a'))).toThrow('begun already')
    spool.end('a', end)
    expect(() => spool.end('a', end)).toThrow('not open')
    expect(() => spool.mark('a', 1)).toThrow('not open')
  })

  test('begins nothing when it holds too many bytes, until they are shipped', () => {
    const { spool } = startSpool()
    for (let number = 0; spool.spoolBytes < limits.bytesMax; number += 1) spool.begin(attempt(`a${number}`))
    expect(() => spool.begin(attempt('late'))).toThrow(UsageSpoolFull)
    // What runs already still ends.
    spool.end('a0', end)
    spool.passEnded(spool.passBegins(), 0)
    spool.begin(attempt('late'))
  })

  test('goes on with what is free when it is full, until it holds as much again', () => {
    const { spool } = startSpool(limits.bytesMax)
    expect(() => spool.begin(attempt('a'))).toThrow(UsageSpoolFull)
    for (let number = 0; spool.spoolBytes < 2 * limits.bytesMax; number += 1)
      spool.begin(attempt(`a${number}`), true)
    expect(() => spool.begin(attempt('late'), true)).toThrow(UsageSpoolFull)
  })

  test('counts what was left in it before', () => {
    const { spool } = startSpool(limits.bytesMax)
    expect(() => spool.begin(attempt('a'))).toThrow(UsageSpoolFull)
    spool.passEnded(spool.passBegins(), 0)
    spool.begin(attempt('a'))
  })

  test('begins nothing when its oldest record has waited too long, until it is shipped', () => {
    const { spool, disk } = startSpool()
    spool.begin(attempt('a'))
    spool.begin(attempt('b'))
    spool.end('a', end)
    disk.nowMs = 900
    const moment = spool.passBegins()
    spool.end('b', end)
    disk.nowMs = 1_000
    expect(() => spool.begin(attempt('c'))).toThrow(UsageSpoolFull)
    spool.begin(attempt('free'), true)
    spool.passEnded(moment, 0)
    expect(spool.oldestUnshippedMs).toBe(100)
    spool.begin(attempt('c'))
  })

  test('writes a price down before what is charged by it, and no attempt is made where it cannot', () => {
    const { spool, disk } = startSpool()
    const keep = {
      hash: () => 'f'.repeat(64),
      keep: (version: PriceVersion) => spool.keepPrice(version),
    }
    const price = { rates: { input: 1, output: 1 }, callNanoDollars: 0, variants: [], discountMillionths: 0 }
    const schedule = new PriceBook(keep).schedule([{ fromMs: 0, price }], 'config')
    disk.isBroken = true
    expect(() => schedule.at(1)).toThrow(UsageSpoolFull)
    disk.isBroken = false
    const version = schedule.at(1)?.id ?? ''
    spool.begin({ ...attempt('a'), priceVersion: version })
    spool.begin({ ...attempt('b'), priceVersion: schedule.at(2)?.id ?? '' })
    expect(disk.lines.map((line) => line[0]).join('')).toBe('pbb')
    expect(disk.lines[1]).toContain(version)
    expect(spool.failures).toBe(1)
  })
})
