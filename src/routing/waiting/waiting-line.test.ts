import { describe, expect, test } from 'bun:test'
import { WaitingLine } from './waiting-line.ts'
import type { DropReason, Entered, LineEntry } from './waiting-line.ts'

class Line extends WaitingLine<string> {
  readonly dropped: string[]

  constructor(placesMax = 100) {
    const dropped: string[] = []
    const onDropped = (ticket: string, why: DropReason) => void dropped.push(`${ticket} ${why}`)
    super({ placesMax: () => placesMax, onDropped })
    this.dropped = dropped
  }

  /** Ordinary calls of one tenant, unless told otherwise. */
  put(ticket: string, changes: Partial<LineEntry> = {}): Entered {
    const nowMs = changes.nowMs ?? 0
    const entry = {
      priority: 2,
      tenant: 't',
      tokens: 100,
      deadlineMs: nowMs + 30_000,
      expectedMs: 0,
    } as const
    return this.enter({ ...entry, ...changes, nowMs }, ticket)
  }

  /** The tickets in the order of their turns. */
  drain(nowMs = 0): string {
    let order = ''
    for (let ticket = this.next(nowMs); ticket !== undefined; ticket = this.next(nowMs)) order += ticket
    return order
  }
}

describe('turns', () => {
  test('come in order within a tenant', () => {
    const line = new Line()
    for (const ticket of 'abcd') line.put(ticket)
    expect(line.depth).toBe(4)
    expect(line.drain()).toBe('abcd')
    expect(line.depth).toBe(0)
    expect(line.next(0)).toBeUndefined()
  })

  test('come by priority first', () => {
    const line = new Line()
    for (const [ticket, priority] of [
      ['d', 3],
      ['c', 2],
      ['a', 0],
      ['b', 1],
    ] as const) {
      line.put(ticket, { priority })
    }
    expect(line.drain()).toBe('abcd')
  })

  test('go round the tenants, however many calls one has', () => {
    const line = new Line()
    for (let call = 0; call < 6; call++) line.put('a', { tenant: 'a', tokens: 2000 })
    for (let call = 0; call < 2; call++) line.put('b', { tenant: 'b', tokens: 2000 })
    line.put('c', { tenant: 'c', tokens: 2000 })
    expect(line.drain()).toBe('abcabaaaa')
  })

  test('are counted in tokens: ten short calls are as much as a long one', () => {
    const line = new Line()
    for (let call = 0; call < 3; call++) line.put('L', { tenant: 'long', tokens: 20_000 })
    for (let call = 0; call < 30; call++) line.put('s', { tenant: 'short', tokens: 2000 })
    const order = line.drain()
    expect(order.replaceAll(/s+/g, ({ length }) => `${length} `)).toMatch(
      /^(9|10) L(9|10|11) L(9|10|11) L\d* ?$/,
    )
  })

  test('of very long prompts cost no long loop', () => {
    const line = new Line()
    const startMs = performance.now()
    for (const tokens of [1e12, Infinity, 5e8, Number.NaN, -5, 0])
      line.put('x', { tokens, tenant: `${tokens}` })
    expect(line.drain()).toBe('xxxxxx')
    expect(performance.now() - startMs).toBeLessThan(50)
  })

  test('pass one that cannot go yet, which keeps its place', () => {
    const line = new Line()
    for (const ticket of 'abc') line.put(ticket)
    expect(line.next(0, (ticket) => ticket !== 'a')).toBe('b')
    expect(line.next(0, () => false)).toBeUndefined()
    expect(line.drain()).toBe('ac')
  })

  test('go to the newest once the oldest has waited too long for 5 s, until that clears', () => {
    const line = new Line()
    for (const ticket of 'abcdefgh') line.put(ticket)
    let served = ''
    // One comes whenever one is served, and the oldest have waited for more than 500 ms from 0.5 s on.
    for (let nowMs = 600; nowMs <= 6600; nowMs += 600) {
      line.put(`${nowMs / 600}`.slice(-1), { nowMs })
      served += line.next(nowMs) ?? '-'
    }
    expect(served).toBe('abcdefgh101')
    line.drain(8000)
    line.put('x', { nowMs: 8100 })
    line.put('y', { nowMs: 8100 })
    expect(line.drain(8200)).toBe('xy')
  })

  test('stay in order in a line that is never empty but quick', () => {
    const line = new Line()
    line.put('0', { tokens: 1 })
    for (let nowMs = 300; nowMs <= 9000; nowMs += 300) {
      line.put(`${nowMs}`, { nowMs, tokens: 1 })
      line.put(`${nowMs + 1}`, { nowMs, tokens: 1 })
      expect(line.next(nowMs + 1)).toBe(nowMs === 300 ? '0' : `${nowMs - 300 + 1}`)
      expect(line.next(nowMs + 2)).toBe(`${nowMs}`)
    }
  })

  test('stay in order for background work, which is meant to wait', () => {
    const line = new Line()
    for (const ticket of 'abc') line.put(ticket, { priority: 3, deadlineMs: 60_000 })
    expect(line.drain(20_000)).toBe('abc')
  })
})

describe('a place', () => {
  test('is refused when the line is full', () => {
    const line = new Line(2)
    line.put('a')
    line.put('b')
    expect(line.put('c')).toMatchObject({ kind: 'refused', why: 'full' })
    expect(line.drain()).toBe('ab')
    expect(new Line(0).put('a')).toMatchObject({ kind: 'refused', why: 'full' })
  })

  test('is free again when somebody leaves, gets a turn or is late', () => {
    const line = new Line(1)
    const first = line.put('a')
    expect(first.kind === 'waiting' && first.cancel()).toBe(true)
    expect(first.kind === 'waiting' && first.cancel()).toBe(false)
    line.put('b', { deadlineMs: 10 })
    expect(line.put('c', { nowMs: 10 }).kind).toBe('waiting')
    expect(line.next(11)).toBe('c')
    expect(line.put('d', { nowMs: 12 }).kind).toBe('waiting')
    expect(line.dropped).toEqual(['b expired'])
  })

  test('in a full line is given up by background work for others', () => {
    const line = new Line(2)
    line.put('a', { priority: 3 })
    line.put('b', { priority: 3 })
    expect(line.put('c').kind).toBe('waiting')
    expect(line.dropped).toEqual(['b displaced'])
    expect(line.drain()).toBe('ca')
  })

  test('in a full line is given up by who has many of them', () => {
    const line = new Line(4)
    for (const ticket of 'abcd') line.put(ticket, { tenant: 'much' })
    expect(line.put('e', { tenant: 'little' }).kind).toBe('waiting')
    expect(line.put('f', { tenant: 'little' }).kind).toBe('waiting')
    expect(line.put('g', { tenant: 'little' })).toMatchObject({ why: 'full' })
    expect(line.put('h', { tenant: 'much' })).toMatchObject({ why: 'full' })
    expect(line.dropped).toEqual(['d displaced', 'c displaced'])
  })

  test('is not given up for a tenant that would then have as many', () => {
    const line = new Line(3)
    line.put('a', { tenant: 'one' })
    line.put('b', { tenant: 'one' })
    line.put('c', { tenant: 'other' })
    expect(line.put('d', { tenant: 'other' })).toMatchObject({ why: 'full' })
  })

  test('is not taken from a higher priority', () => {
    const line = new Line(2)
    line.put('a', { priority: 0, tenant: 'much' })
    line.put('b', { priority: 0, tenant: 'much' })
    expect(line.put('c', { tenant: 'little' })).toMatchObject({ why: 'full' })
  })
})

describe('a wait', () => {
  /** A line that serves one in a second, and has `depth` waiting at 10 s. */
  function slowLine(depth: number): Line {
    const line = new Line()
    line.put('first', { deadlineMs: 1e6 })
    for (let second = 1; second <= 10; second++) {
      line.put('.', { nowMs: second * 1000, deadlineMs: 1e6 })
      line.next(second * 1000)
    }
    while (line.depth < depth) line.put('.', { nowMs: 10_000, deadlineMs: 1e6 })
    return line
  }

  test('that is too long for somebody who waits in front of it is refused at once', () => {
    const line = slowLine(5)
    expect(line.put('a', { nowMs: 10_500 }).kind).toBe('waiting')
    const refused = slowLine(6).put('a', { nowMs: 10_500 })
    expect(refused).toMatchObject({ kind: 'refused', why: 'too_long' })
    expect(refused.expectedWaitMs).toBeCloseTo(6 * (9500 / 11), 6)
  })

  test('is longer for background work, and shorter for who goes first', () => {
    const line = slowLine(6)
    expect(line.put('a', { nowMs: 10_500, priority: 3, deadlineMs: 1e6 }).kind).toBe('waiting')
    expect(line.put('b', { nowMs: 10_500, priority: 0 })).toMatchObject({
      kind: 'waiting',
      expectedWaitMs: 0,
    })
  })

  test('is not made long by another tenant’s calls', () => {
    const line = slowLine(6)
    expect(line.put('a', { nowMs: 10_500, tenant: 'another' }).kind).toBe('waiting')
  })

  test('that leaves no time for the first token is refused', () => {
    const line = slowLine(3)
    const entry = { nowMs: 10_500, deadlineMs: 14_000 }
    expect(line.put('a', { ...entry, expectedMs: 2000 })).toMatchObject({ why: 'too_long' })
    expect(line.put('b', { ...entry, expectedMs: 200 }).kind).toBe('waiting')
    expect(new Line().put('c', { nowMs: 5, deadlineMs: 4 })).toMatchObject({ why: 'too_long' })
  })

  test('that outlasts the deadline ends there, and is told once', () => {
    const line = new Line()
    line.put('a', { deadlineMs: 1000 })
    line.put('b', { deadlineMs: 3000 })
    const late = line.put('c', { deadlineMs: 1000, priority: 0 })
    line.expire(999)
    expect(line.dropped).toEqual([])
    expect(line.next(1000)).toBe('b')
    line.expire(2000)
    expect(line.dropped).toEqual(['c expired', 'a expired'])
    expect(late.kind === 'waiting' && late.cancel()).toBe(false)
    expect(line.depth).toBe(0)
  })

  test('that is over may begin again from the news of it', () => {
    const again: Entered[] = []
    const line: WaitingLine<string> = new WaitingLine({
      placesMax: () => 1,
      onDropped: (ticket) => {
        const entry = { priority: 2, tenant: 't', tokens: 1, expectedMs: 0 } as const
        again.push(line.enter({ ...entry, nowMs: 1000, deadlineMs: 9000 }, `${ticket}2`))
      },
    })
    line.enter({ priority: 2, tenant: 't', tokens: 1, nowMs: 0, deadlineMs: 1000, expectedMs: 0 }, 'a')
    expect(line.next(1000)).toBe('a2')
    expect(again).toHaveLength(1)
  })
})
