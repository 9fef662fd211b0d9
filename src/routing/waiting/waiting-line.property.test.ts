import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { tokensEachRound } from './fair-turns.ts'
import { WaitingLine } from './waiting-line.ts'
import type { Priority } from '../../core/priority.ts'

const steps = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('enter' as const),
      priority: fc.constantFrom<Priority>(0, 1, 2, 3),
      tenant: fc.constantFrom('a', 'b', 'c'),
      tokens: fc.constantFrom(1, 500, 3000, 90_000),
      within: fc.constantFrom(200, 2000, 20_000),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('next' as const), odd: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(200) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), forMs: fc.nat(1500) }) },
)

interface Ticket {
  readonly id: number
  readonly priority: Priority
  readonly tenant: string
  readonly enteredMs: number
  readonly deadlineMs: number
}

/** Plays the steps, and keeps by a plain list who waits. */
class Played {
  readonly waiting = new Map<number, Ticket>()
  readonly ends = new Map<number, string>()
  readonly served: { readonly ticket: Ticket; readonly nowMs: number; readonly others: readonly Ticket[] }[] =
    []
  readonly #cancels = new Map<number, () => boolean>()
  readonly #line: WaitingLine<Ticket>
  readonly placesMax: number
  nowMs = 0
  depthMost = 0
  #ids = 0

  constructor(placesMax: number) {
    this.placesMax = placesMax
    this.#line = new WaitingLine<Ticket>({
      placesMax: () => placesMax,
      onDropped: (ticket, why) => this.#end(ticket, why),
    })
  }

  step(step: typeof steps extends fc.Arbitrary<infer Step> ? Step : never): void {
    if (step.kind === 'wait') this.nowMs += step.forMs
    else if (step.kind === 'cancel') this.#cancel(step.which)
    else if (step.kind === 'next') this.next(step.odd ? ({ id }) => id % 2 === 1 : undefined)
    else this.#enter(step)
    expect(this.#line.depth).toBe(this.waiting.size)
    this.depthMost = Math.max(this.depthMost, this.#line.depth)
  }

  next(canGo?: (ticket: Ticket) => boolean): Ticket | undefined {
    const ticket = this.#line.next(this.nowMs, canGo)
    if (ticket === undefined) return undefined
    this.#end(ticket, 'served')
    const others = [...this.waiting.values()].filter((other) => canGo?.(other) ?? true)
    this.served.push({ ticket, nowMs: this.nowMs, others })
    return ticket
  }

  #enter({
    priority,
    tenant,
    tokens,
    within,
  }: {
    priority: Priority
    tenant: string
    tokens: number
    within: number
  }): void {
    const { nowMs } = this
    const deadlineMs = nowMs + within
    const ticket = { id: this.#ids++, priority, tenant, enteredMs: nowMs, deadlineMs }
    const entered = this.#line.enter({ priority, tenant, tokens, nowMs, deadlineMs, expectedMs: 0 }, ticket)
    if (entered.kind === 'refused') return
    this.waiting.set(ticket.id, ticket)
    this.#cancels.set(ticket.id, entered.cancel)
  }

  #cancel(which: number): void {
    const cancel = this.#cancels.get(which)
    const ticket = this.waiting.get(which)
    const left = cancel?.() ?? false
    expect(left).toBe(ticket !== undefined)
    if (ticket !== undefined) this.#end(ticket, 'cancelled')
  }

  #end(ticket: Ticket, how: string): void {
    expect(this.ends.has(ticket.id)).toBe(false)
    this.ends.set(ticket.id, how)
    this.waiting.delete(ticket.id)
  }
}

function holds(law: (played: Played) => void): void {
  const played = fc.tuple(fc.array(steps, { maxLength: 120 }), fc.integer({ min: 1, max: 20 }))
  fc.assert(
    fc.property(played, ([taken, placesMax]) => {
      const play = new Played(placesMax)
      for (const step of taken) play.step(step)
      law(play)
    }),
    { numRuns: 300 },
  )
}

test('no ticket is lost, and none ends twice', () => {
  holds((played) => {
    played.nowMs += 100
    while (played.next() !== undefined) continue
    expect(played.waiting.size).toBe(0)
  })
})

test('the line is never longer than it may be', () => {
  holds(({ depthMost, placesMax }) => expect(depthMost).toBeLessThanOrEqual(placesMax))
})

test('nobody is served whose time is over', () => {
  holds(({ served }) => {
    for (const { ticket, nowMs } of served) expect(ticket.deadlineMs).toBeGreaterThan(nowMs)
  })
})

test('nobody is served before one of a higher priority that could go', () => {
  holds(({ served }) => {
    for (const { ticket, others } of served) {
      expect(others.every(({ priority }) => priority >= ticket.priority)).toBe(true)
    }
  })
})

test('within a tenant and priority it is the oldest, or after a long wait the newest', () => {
  holds(({ served }) => {
    for (const { ticket, nowMs, others } of served) {
      const like = others.filter(
        ({ tenant, priority }) => tenant === ticket.tenant && priority === ticket.priority,
      )
      if (like.every(({ id }) => id > ticket.id)) continue
      expect(like.every(({ id }) => id < ticket.id)).toBe(true)
      const oldestMs = Math.min(...others.map(({ enteredMs }) => enteredMs))
      expect(nowMs - oldestMs).toBeGreaterThan(5000)
      expect(ticket.priority).not.toBe(3)
    }
  })
})

test('tenants that always have calls get as many tokens as each other, but for one round and one call', () => {
  const sizes = fc.array(fc.constantFrom(1, 30, 700, 2000, 9000), { minLength: 20, maxLength: 40 })
  fc.assert(
    fc.property(sizes, sizes, fc.integer({ min: 1, max: 15 }), (ofA, ofB, turns) => {
      const line = new WaitingLine<{ readonly tenant: string; readonly tokens: number }>({
        placesMax: () => 100,
        onDropped: () => undefined,
      })
      const entry = { priority: 2, nowMs: 0, deadlineMs: 1000, expectedMs: 0 } as const
      for (const tokens of ofA) line.enter({ ...entry, tenant: 'a', tokens }, { tenant: 'a', tokens })
      for (const tokens of ofB) line.enter({ ...entry, tenant: 'b', tokens }, { tenant: 'b', tokens })
      const used = { a: 0, b: 0 }
      for (let turn = 0; turn < turns; turn++) {
        const ticket = line.next(1)
        if (ticket?.tenant === 'a') used.a += ticket.tokens
        else used.b += ticket?.tokens ?? 0
      }
      expect(Math.abs(used.a - used.b)).toBeLessThanOrEqual(tokensEachRound + 2 * 9000)
    }),
    { numRuns: 200 },
  )
})
