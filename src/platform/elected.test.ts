import { beforeEach, describe, expect, test } from 'bun:test'
import { MemoryLeases } from '../../test/contract/memory-leases.ts'
import { VirtualClock } from '../../test/virtual-clock.ts'
import { Elected } from './elected.ts'

let clock: VirtualClock
let leases: MemoryLeases
let isAway: boolean
let terms: (number | undefined)[]

beforeEach(() => {
  clock = new VirtualClock()
  leases = new MemoryLeases(() => clock.wallMs())
  isAway = false
  terms = []
})

function candidate(holder: string): Elected {
  const store = {
    hold: (name: string, who: string, forMs: number) =>
      isAway ? Promise.reject(new Error('away')) : leases.hold(name, who, forMs),
    release: (name: string, who: string) => leases.release(name, who),
  }
  const onChange = (term: number | undefined): void => void terms.push(term)
  return new Elected({ leases: store, clock, name: 'work', holder, leaseMs: 3_000, onChange })
}

async function pass(ms: number): Promise<void> {
  for (let leftMs = ms; leftMs > 0; leftMs -= 500) {
    clock.advance(Math.min(500, leftMs))
    for (let turn = 0; turn < 5; turn++) await Promise.resolve()
  }
}

describe('Elected', () => {
  test('is one of several, for as long as it lives', async () => {
    const [one, two] = [candidate('one'), candidate('two')]
    one.start()
    two.start()
    await pass(500)
    const first = one.term ?? 0
    expect([first > 0, two.term]).toEqual([true, undefined])
    await pass(60_000)
    expect([one.term, two.term, terms]).toEqual([first, undefined, [first]])
  })

  test('hands over at once when it leaves', async () => {
    const [one, two] = [candidate('one'), candidate('two')]
    one.start()
    two.start()
    await pass(500)
    const first = one.term ?? 0
    await one.stop()
    await pass(1_000)
    expect(one.term).toBeUndefined()
    expect(two.term).toBeGreaterThan(first)
    expect(terms).toEqual([first, undefined, two.term])
  })

  test('knows that its term is over when it was stopped in the meantime, before it asks anybody', async () => {
    const [one, two] = [candidate('one'), candidate('two')]
    one.start()
    await pass(500)
    expect(one.term).toBeDefined()
    clock.stall(3_000)
    expect(one.term).toBeUndefined()
    two.start()
    await pass(500)
    expect([one.term, two.term !== undefined]).toEqual([undefined, true])
  })

  test('lasts while nobody can be asked until its time is over, and no longer', async () => {
    const one = candidate('one')
    one.start()
    await pass(500)
    const first = one.term
    isAway = true
    // It was kept last at the beginning.
    await pass(2_000)
    expect(one.term).toBe(first)
    await pass(1_000)
    expect(one.term).toBeUndefined()
    isAway = false
    await pass(1_000)
    expect(one.term).toBeGreaterThan(first ?? 0)
    expect(terms).toEqual([first, undefined, one.term])
  })

  test('asks no more when it has left, and takes nothing that comes late', async () => {
    const one = candidate('one')
    one.start()
    await one.stop()
    await pass(10_000)
    expect([one.term, terms, clock.pending]).toEqual([undefined, [], 0])
  })
})
