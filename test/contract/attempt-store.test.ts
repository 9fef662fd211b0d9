// What every table of attempts promises, whatever it is made of: each attempt once, sums that are those of the attempts, and
// reading that sees all of it.
import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AttemptRecord } from '../../src/core/attempt.ts'
import { noUsage } from '../../src/core/usage.ts'
import type { AttemptStore } from '../../src/ledger/ports.ts'
import type { SpendQuestion } from '../../src/ledger/spend/spend.ts'
import { failureOf } from '../failure-of.ts'
import { seededRandom } from '../seeded-random.ts'
import { hasPostgres } from '../servers/postgres.ts'
import { closeTables, tablesInPostgres, tablesInSqlite } from './attempt-tables.ts'
import type { Tables } from './attempt-tables.ts'

const folder = mkdtempSync(join(tmpdir(), 'attempts-'))

afterAll(async () => {
  await closeTables()
  rmSync(folder, { recursive: true, force: true })
})

const hourMs = 3_600_000
const dayMs = 24 * hourMs

function attempt(attemptId: string, more: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    attemptId,
    callId: 'call_1',
    keyId: 'key_1',
    endpoint: 'chat',
    model: 'fast',
    provider: 'openai',
    providerModel: 'gpt-5-mini',
    kind: 'first',
    stream: true,
    startedAtMs: 10 * dayMs,
    estimatedInputTokens: 7,
    generation: 1,
    priceVersion: '',
    outcome: 'ok',
    status: 200,
    connectMs: 1.5,
    firstTokenMs: 2.25,
    totalMs: 3,
    reportedModel: 'gpt-5-mini-2026',
    usage: { ...noUsage, inputTokens: 10, outputTokens: 5 },
    usageSource: 'final',
    usageSuspect: false,
    costNanoDollars: 1_000,
    listNanoDollars: 2_000,
    chargedNanoDollars: 1_000,
    ...more,
  }
}

const everything: SpendQuestion = {
  by: [],
  interval: undefined,
  fromMs: 0,
  toMs: 1_000 * dayMs,
  where: {},
  limit: 1_000,
}

async function totals({ spend }: Tables): Promise<readonly unknown[]> {
  const rows = await spend.sums(everything)
  return rows.map(({ sums }) => [sums.attempts, sums.input_tokens, sums.charged_nano_dollars])
}

const stores = [
  { name: 'SQLite', open: () => tablesInSqlite(folder), isThere: true },
  { name: 'PostgreSQL', open: tablesInPostgres, isThere: hasPostgres },
]

for (const { name, open, isThere } of stores)
  describe.skipIf(!isThere)(`attempts in ${name}`, () => {
    test('are kept with every fact, and found by their call for their key alone', async () => {
      const { one, finder } = await open()
      const whole = attempt('att_2', {
        kind: 'failover',
        model: `mödel 🦜'; DROP TABLE attempts; --`,
        startedAtMs: 10 * dayMs + 1,
        costNanoDollars: 9_007_199_254_740_991,
        usage: {
          ...noUsage,
          inputTokens: 1,
          cacheWriteTokens: 2,
          audioInputTokens: 3,
          serviceTier: 'flex',
        },
        owner: {
          tenant: 'acme',
          team: 'red',
          user: 'ann',
          requestUser: 'bob',
          tags: ['b', 'a', '"'],
          metadata: { cost: '12' },
        },
        region: 'eu',
        inner: { purpose: 'judge', parentId: 'call_0' },
      })
      const plain = attempt('att_1', { costNanoDollars: null, chargedNanoDollars: null, connectMs: -1 })
      expect(await one.keep([whole, plain])).toBe(2)
      expect(await finder.ofCall('call_1', 'key_1')).toEqual([plain, whole])
      expect(await finder.ofCall('call_1', 'key_2')).toEqual([])
      expect(await finder.ofCall('call_2', 'key_1')).toEqual([])
    })

    test('are kept once, whoever brings them and how often', async () => {
      const tables = await open()
      const { one, other, finder } = tables
      const ends = [attempt('a'), attempt('b')]
      expect([
        await one.keep(ends),
        await one.keep(ends),
        await other.keep([attempt('a'), attempt('c')]),
      ]).toEqual([2, 0, 1])
      expect(await one.keep([attempt('a', { outcome: 'timeout' })])).toBe(0)
      expect((await finder.ofCall('call_1', 'key_1')).map(({ outcome }) => outcome)).toEqual([
        'ok',
        'ok',
        'ok',
      ])
      expect(await totals(tables)).toEqual([[3, 30, 3_000]])
    })

    test('that were estimated give way to what is known, in the sums too, and to nothing else', async () => {
      const tables = await open()
      const { one, other, finder } = tables
      const estimate = attempt('a', { outcome: 'crashed', usage: noUsage, chargedNanoDollars: 0 })
      expect(await one.keep([estimate])).toBe(1)
      expect(await one.keep([estimate])).toBe(0)
      expect(await totals(tables)).toEqual([[1, 0, 0]])
      expect(await other.keep([attempt('a'), attempt('b')])).toBe(2)
      expect(await totals(tables)).toEqual([[2, 20, 2_000]])
      expect(await one.keep([estimate])).toBe(0)
      expect((await finder.ofCall('call_1', 'key_1')).map(({ outcome }) => outcome)).toEqual(['ok', 'ok'])
      expect(await totals(tables)).toEqual([[2, 20, 2_000]])
    })

    test('are kept all or none', async () => {
      const tables = await open()
      const broken = attempt('b', { status: Number.NaN })
      expect(await failureOf(() => tables.one.keep([attempt('a'), broken]))).toBeInstanceOf(Error)
      expect([await tables.finder.ofCall('call_1', 'key_1'), await totals(tables)]).toEqual([[], []])
      expect(await tables.one.keep([attempt('a')])).toBe(1)
    })

    test('are kept whatever their texts are', async () => {
      const { one, finder } = await open()
      const owner = { requestUser: 'an\0n\uD800', metadata: { 'n\0': '\uDC00' } }
      expect(await one.keep([attempt('a', { owner, model: 'x'.repeat(20_000) })])).toBe(1)
      expect(await finder.ofCall('call_1', 'key_1')).toHaveLength(1)
    })

    test('are kept however absurd their counts are, time after time, and sums stop where numbers end', async () => {
      const tables = await open()
      const usage = { ...noUsage, inputTokens: 1e300, outputTokens: 1.5, reasoningTokens: Infinity }
      const absurd = { usage, chargedNanoDollars: 1e300 }
      for (let batch = 0; batch < 3; batch++) {
        const both = [attempt(`a${batch}`, absurd), attempt(`b${batch}`, absurd)]
        expect(await tables.one.keep(both)).toBe(2)
      }
      const most = Number.MAX_SAFE_INTEGER
      expect(await totals(tables)).toEqual([[6, most, most]])
    })

    test('of many gateways at once are all kept, and each is in the sums once', async () => {
      const tables = await open()
      const calls = Array.from({ length: 40 }, (_, index) =>
        Array.from({ length: 10 }, (__, place) =>
          attempt(`att_${place}`, { callId: `call_${index}`, model: `m${place % 3}` }),
        ),
      )
      // Each batch comes from both, as after a crash between storing and forgetting.
      const keep = async (store: AttemptStore): Promise<void> => {
        for (const batch of store === tables.one ? calls : calls.toReversed()) await store.keep(batch)
      }
      if (name === 'SQLite') await keep(tables.one).then(() => keep(tables.other))
      else await Promise.all([keep(tables.one), keep(tables.other)])
      expect(await totals(tables)).toEqual([[400, 4_000, 400_000]])
    })

    test('have versions of prices, which stay as they were first', async () => {
      const { one, other } = await open()
      await one.keepPrice({ id: 'price_1', text: '{"a":1}', firstUsedMs: 5 })
      await other.keepPrice({ id: 'price_1', text: '{"a":2}', firstUsedMs: 6.5 })
      expect([await other.priceText('price_1'), await one.priceText('price_2')]).toEqual([
        '{"a":1}',
        undefined,
      ])
    })

    test('of a key can be followed from now on', async () => {
      const { one, follow } = await open()
      await one.keep([attempt('a')])
      const stored = await follow('key_1')
      expect(await stored()).toEqual([])
      await one.keep([attempt('b'), attempt('c', { keyId: 'key_2' })])
      expect(await stored()).toEqual([attempt('b')])
    })

    test('count as tokens of their clients once, whatever it took to answer', async () => {
      const { one, spend } = await open()
      await one.keep([
        attempt('a', { outcome: 'timeout', firstTokenMs: -1 }),
        attempt('b', { outcome: 'hedge_loser', kind: 'failover', firstTokenMs: -1 }),
        attempt('c', { outcome: 'interrupted', kind: 'hedge' }),
        attempt('d', { kind: 'continuation' }),
        attempt('e', { outcome: 'crashed', firstTokenMs: -1 }),
        attempt('f', { outcome: 'cancelled', firstTokenMs: -1, callId: 'call_2' }),
        attempt('g', { outcome: 'cancelled', kind: 'hedge', firstTokenMs: -1, callId: 'call_2' }),
      ])
      const [row] = await spend.sums(everything)
      expect(row?.sums.charged_tokens).toBe(15 + 5 + 15)
    })

    test('are read a page at a time, in the order in which they were stored', async () => {
      const { one, spend } = await open()
      const ids = Array.from({ length: 7 }, (_, index) => `att_${index}`)
      for (const id of ids) {
        const owner = { team: id === 'att_3' ? 'blue' : 'red', tags: id === 'att_5' ? ['x', 'y'] : [] }
        await one.keep([attempt(id, { owner })])
      }
      const question = { fromMs: 0, toMs: 1_000 * dayMs, where: {}, limit: 3 }
      const seen: string[] = []
      let after: string | undefined
      do {
        const page = await spend.attempts({ ...question, after })
        seen.push(...page.attempts.map(({ attemptId }) => attemptId))
        after = page.next
        // What is stored meanwhile is on no page.
        await one.keep([attempt(`late_${seen.length}`)])
      } while (after !== undefined)
      expect(seen).toEqual(ids)
      const blue = await spend.attempts({ ...question, where: { team: ['blue', 'green'] } })
      expect(blue.attempts.map(({ attemptId }) => attemptId)).toEqual(['att_3'])
      const tagged = await spend.attempts({ ...question, where: { tag: ['y'] } })
      expect(tagged.attempts.map(({ attemptId }) => attemptId)).toEqual(['att_5'])
      expect((await spend.attempts({ ...question, fromMs: 11 * dayMs })).attempts).toEqual([])
    })

    test('are summed up by whatever is asked for, in the order of time and names, page after page', async () => {
      const { one, spend } = await open()
      const random = seededRandom(7)
      const pick = <Choice>(choices: readonly Choice[]): Choice =>
        choices[Math.floor(random() * choices.length)] ?? (choices[0] as Choice)
      const records = Array.from({ length: 300 }, (_, index) =>
        attempt(`att_${index}`, {
          startedAtMs: 10 * dayMs + Math.floor(random() * 3 * dayMs),
          model: pick(['Zebra', 'apple', 'äpfel', 'B']),
          owner: { team: pick(['red', 'Blue']), tags: pick([[], ['t1'], ['t2', 't1']]) },
          chargedNanoDollars: Math.floor(random() * 1_000),
        }),
      )
      await one.keep(records)
      const from = 10 * dayMs + 5 * hourMs
      const question = { ...everything, by: ['model', 'tag'], interval: 'day', fromMs: from } as const
      const rows = []
      let after: SpendQuestion['after']
      for (;;) {
        const page = await spend.sums({ ...question, limit: 5, after })
        rows.push(...page)
        after = page.at(-1)
        if (page.length < 5) break
      }
      expect(
        rows.map(({ startMs, names, sums }) => [startMs, ...names, sums.attempts, sums.charged_nano_dollars]),
      ).toEqual(expectedRows(records.filter(({ startedAtMs }) => startedAtMs >= from)))
      const red = await spend.sums({ ...everything, where: { team: ['red'] } })
      const charged = records
        .filter(({ owner }) => owner?.team === 'red')
        .map((record) => record.chargedNanoDollars ?? 0)
      expect(red[0]?.sums.charged_nano_dollars).toBe(charged.reduce((sum, one_) => sum + one_, 0))
    })
  })

/** The same sums, the plain way. */
function expectedRows(records: readonly AttemptRecord[]): (string | number)[][] {
  const sums = new Map<
    string,
    { key: readonly [number, string, string]; attempts: number; charged: number }
  >()
  for (const { startedAtMs, model, owner, chargedNanoDollars } of records) {
    const tags = owner?.tags === undefined || owner.tags.length === 0 ? [''] : owner.tags
    for (const tag of tags) {
      const key = [Math.floor(startedAtMs / dayMs) * dayMs, model, tag] as const
      const found = sums.get(String(key)) ?? { key, attempts: 0, charged: 0 }
      found.attempts += 1
      found.charged += chargedNanoDollars ?? 0
      sums.set(String(key), found)
    }
  }
  const compare = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other))
  return [...sums.values()]
    .toSorted(
      (one, other) =>
        one.key[0] - other.key[0] || compare(one.key[1], other.key[1]) || compare(one.key[2], other.key[2]),
    )
    .map(({ key, attempts, charged }) => [...key, attempts, charged])
}
