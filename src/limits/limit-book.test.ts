import { describe, expect, test } from 'bun:test'
import type { Caller } from '../core/caller.ts'
import { LimitBook } from './limit-book.ts'
import type { LimitRules } from './limit-book.ts'
import type { LimitDenial, LimitLease, LimitRule } from './limits.ts'

const hourMs = 3_600_000
const model = 'fast'

function rate(kind: 'requests' | 'tokens', amount: number): LimitRule {
  return { kind, amount, perMs: hourMs }
}

function key(name: string, more: Partial<Caller> = {}): Caller {
  return { keyId: `id-${name}`, keyName: name, scopes: [], models: [], ...more }
}

function bookWith(rules: LimitRules): LimitBook {
  const book = new LimitBook()
  book.use(rules, 0)
  return book
}

interface Asked {
  readonly caller: Caller
  readonly address?: string
  readonly tokens?: number
  readonly nowMs?: number
}

function ask(book: LimitBook, { caller, address, tokens = 0, nowMs = 0 }: Asked): LimitLease | LimitDenial {
  const over = book.over({ caller, model, address }, nowMs)
  return book.reserve(over, { inputTokens: 0, outputTokens: tokens }, { nowMs, leaseMs: hourMs })
}

/** What is left of each limit over a caller. */
function left(book: LimitBook, caller: Caller, nowMs = 0): readonly number[] {
  return book.standings(caller, nowMs).map(({ remaining }) => remaining)
}

function granted(answer: LimitLease | LimitDenial): LimitLease {
  if (!answer.granted) throw new Error('it was refused')
  return answer
}

describe('a limit of a name', () => {
  test('is one for each tenant', () => {
    const book = bookWith({
      key: new Map([['ci', [rate('requests', 5)]]]),
      user: new Map([['*', [rate('requests', 3)]]]),
    })
    const [own, other] = ['acme', 'beta'].map((tenant) => key('ci', { tenant, user: 'ann' }))
    const alone = key('ci', { user: 'ann' })
    if (own === undefined || other === undefined) throw new Error('nobody')
    ask(book, { caller: own })
    ask(book, { caller: own })
    expect([own, other, alone].map((caller) => left(book, caller))).toEqual([
      [3, 1],
      [5, 3],
      [5, 3],
    ])
    // Keys of one name in one tenant have it in common, as without tenants.
    expect(left(book, key('ci', { tenant: 'acme', keyId: 'another' }))).toEqual([3])
  })

  test('of the tenant “default” is that of all who name no tenant', () => {
    const book = bookWith({
      tenant: new Map([
        ['*', [rate('requests', 9)]],
        ['default', [rate('requests', 5)]],
      ]),
    })
    ask(book, { caller: key('one') })
    ask(book, { caller: key('two', { tenant: 'default' }) })
    expect([{}, { tenant: 'default' }, { tenant: 'acme' }].map((of) => left(book, key('ci', of)))).toEqual([
      [3],
      [3],
      [9],
    ])
  })

  test('with a tenant before it is that of this tenant', () => {
    const book = bookWith({
      key: new Map([
        ['*', [rate('requests', 1)]],
        ['ci', [rate('requests', 5)]],
        ['acme ci', [rate('requests', 50)]],
      ]),
    })
    expect(['acme', 'beta', undefined].map((tenant) => left(book, key('ci', { tenant })))).toEqual([
      [50],
      [5],
      [5],
    ])
  })

  test('that is nobody else’s goes on under another name of the key', () => {
    const book = bookWith({ key: new Map([['*', [rate('requests', 5)]]]) })
    const before = key('before', { tenant: 'acme', keyId: 'pb96e0fg' })
    ask(book, { caller: before })
    const after = key('after', { tenant: 'acme', keyId: 'pb96e0fg' })
    expect([left(book, after), book.standings(after, 0)[0]?.name]).toEqual([[4], 'after'])
    // What the config declares, and all who bear an issuer's tokens, have their names from the config.
    ask(book, { caller: key('corp', { tenant: 'acme', keyId: 'corp:0123456789abcdef' }) })
    expect(left(book, key('corp', { tenant: 'acme', keyId: 'corp:fedcba9876543210' }))).toEqual([4])
  })
})

describe('somebody whose rules move between their own line and *', () => {
  const three = [{ kind: 'concurrency', amount: 3, perMs: 0 } as const, rate('requests', 10)]
  const own: LimitRules = { key: new Map([['ci', three]]) }
  const both: LimitRules = { key: new Map([...(own.key ?? []), ['*', three]]) }
  const all: LimitRules = { key: new Map([['*', three]]) }

  test.each([
    ['out of a line', both, all],
    ['into a line', all, both],
    ['out of a line that * replaces', own, all],
    ['into a line that replaces *', all, own],
  ] as const)('keeps what was used, and who is there (%s)', (_, before, after) => {
    for (const caller of [key('ci'), key('ci', { tenant: 'acme', keyId: 'pb96e0fg' })]) {
      const book = bookWith(before)
      const running = granted(ask(book, { caller }))
      granted(ask(book, { caller }))
      book.use(after, 0)
      expect(left(book, caller)).toEqual([1, 8])
      book.settle(running, { inputTokens: 0, outputTokens: 0 }, 0)
      book.use(before, 0)
      expect(left(book, caller)).toEqual([2, 8])
    }
  })
})

describe('a limit that * sets', () => {
  test('is each tenant’s own, however many names another one has', () => {
    const book = bookWith({ key: new Map([['*', [rate('requests', 1)]]]) })
    const refusedTo = (caller: Caller): string | undefined => {
      const answer = ask(book, { caller })
      return answer.granted ? undefined : answer.name
    }
    const named = (tenant: string | undefined, number: number): Caller => key(`k${number}`, { tenant })
    for (let number = 0; number < 10_001; number++) expect(refusedTo(named('evil', number))).toBeUndefined()
    expect(refusedTo(named('evil', 10_001))).toBe('others')
    for (const tenant of ['good', undefined])
      for (const number of [1, 2]) expect(refusedTo(named(tenant, number))).toBeUndefined()
  })

  const ann = key('a', { user: 'ann' })
  const crowd = (book: LimitBook, nowMs: number): void => {
    for (let guest = 0; guest < 20; guest++)
      book.over({ caller: key('g', { user: `g${guest}` }), model }, nowMs)
  }

  test('knows of a call under way, however full it looks meanwhile', () => {
    const book = bookWith({ user: new Map([['*', [rate('tokens', 200_000)]]]) })
    const lease = granted(ask(book, { caller: ann, tokens: 4_196 }))
    const laterMs = hourMs / 10
    expect(left(book, ann, laterMs)).toEqual([200_000])
    crowd(book, laterMs)
    book.settle(lease, { inputTokens: 100, outputTokens: 120_000 }, laterMs)
    expect(left(book, ann, laterMs)).toEqual([84_096])
    // So does one that stands over what the call asks for itself.
    const inner = book.over({ caller: ann, model, isInner: true }, 2 * hourMs)
    const second = book.reserve(
      inner,
      { inputTokens: 0, outputTokens: 1 },
      { nowMs: 2 * hourMs, leaseMs: hourMs },
    )
    crowd(book, 2.5 * hourMs)
    book.settle(granted(second), { inputTokens: 0, outputTokens: 50_000 }, 2.5 * hourMs)
    expect(left(book, ann, 2.5 * hourMs)).toEqual([150_001])
  })

  test('is forgotten when a call ends, and when one never does', () => {
    const book = bookWith({ user: new Map([['*', [rate('requests', 1)]]]) })
    const names = (nowMs: number): number => {
      crowd(book, nowMs)
      const over = book.over({ caller: ann, model }, nowMs)
      return over.length
    }
    const first = book.over({ caller: ann, model }, 0)
    granted(ask(book, { caller: ann }))
    expect(names(hourMs - 1)).toBe(1)
    expect(book.over({ caller: ann, model }, hourMs - 1)).toEqual(first)
    crowd(book, 2 * hourMs)
    crowd(book, 2 * hourMs)
    expect(book.over({ caller: ann, model }, 2 * hourMs)[0] === first[0]).toBeFalse()
  })

  test('remembers what was used, and who is there, when a reload changes it', () => {
    const rules = (requests: number, concurrency: number): LimitRules => ({
      user: new Map([
        ['*', [{ kind: 'concurrency', amount: concurrency, perMs: 0 } as const, rate('requests', requests)]],
      ]),
    })
    const book = bookWith(rules(10, 2))
    const running = granted(ask(book, { caller: ann }))
    granted(ask(book, { caller: ann }))
    book.use(rules(20, 2), 0)
    expect(left(book, ann)).toEqual([0, 18])
    expect(ask(book, { caller: ann })).toMatchObject({ granted: false, kind: 'concurrency' })
    book.settle(running, { inputTokens: 0, outputTokens: 0 }, 0)
    expect(left(book, ann)).toEqual([1, 18])
  })

  test('gives back after a reload what was taken before it, and no more', () => {
    const book = bookWith({ user: new Map([['*', [rate('tokens', 100)]]]) })
    // More than it holds, so that all of it was taken.
    const lease = granted(ask(book, { caller: ann, tokens: 4_096 }))
    book.use({ user: new Map([['*', [rate('tokens', 1_000)]]]) }, 0)
    expect(left(book, ann)).toEqual([900])
    book.settle(lease, { inputTokens: 0, outputTokens: 30 }, 0)
    expect(left(book, ann)).toEqual([970])
  })
})

test('a limit by address is one for a whole network of IPv6', () => {
  const book = bookWith({ ip: new Map([['*', [rate('requests', 1)]]]) })
  const from = (address: string): boolean => ask(book, { caller: key('k'), address }).granted
  expect([from('2001:db8:1:2::1'), from('2001:db8:1:2:ffff::9'), from('2001:db8:1:3::1')]).toEqual([
    true,
    false,
    true,
  ])
  expect([from('10.0.0.1'), from('10.0.0.2'), from('10.0.0.1')]).toEqual([true, true, false])
})
