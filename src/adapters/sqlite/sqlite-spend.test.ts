import { afterAll, describe, expect, test } from 'bun:test'
import { Database } from 'bun:sqlite'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { attemptRecord } from '../../../test/attempt-record.ts'
import { newDatabase } from '../../../test/new-database.ts'
import type { AttemptRecord } from '../../core/attempt.ts'
import { dayMs, eachSum, groupOf, hourMs, keptSumNames, sumsOf } from '../../ledger/spend/spend.ts'
import type { Dimension, SpendQuestion, SpendRow } from '../../ledger/spend/spend.ts'
import { openDatabase } from './open-database.ts'
import { schemaVersion } from './schema-version.ts'
import { openAttemptStore } from './sqlite-attempts.ts'
import { openSpendTables } from './sqlite-spend.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-spend-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const month = { fromMs: Date.UTC(2026, 10, 1), toMs: Date.UTC(2026, 11, 1) }
const whole: SpendQuestion = { ...month, by: [], interval: undefined, where: {}, limit: 1_000 }

async function tablesWith(...batches: readonly (readonly AttemptRecord[])[]) {
  const path = await newDatabase(folder)
  const store = openAttemptStore(path)
  for (const batch of batches) store.keep(batch)
  return { store, tables: openSpendTables(path), [Symbol.dispose]: () => store.close() }
}

/** What the roll-ups must say, added up the slow way. */
function addedUp(
  attempts: readonly AttemptRecord[],
  { by, interval, fromMs, toMs }: SpendQuestion,
): SpendRow[] {
  const spanMs = interval === 'day' ? dayMs : hourMs
  const rows = new Map<string, { startMs: number; names: string[]; sums: number[] }>()
  for (const attempt of attempts) {
    if (attempt.startedAtMs < fromMs || attempt.startedAtMs >= toMs) continue
    const startMs = interval === undefined ? 0 : Math.floor(attempt.startedAtMs / spanMs) * spanMs
    for (const names of namesOf(attempt, by)) {
      const id = JSON.stringify([startMs, names])
      const row = rows.get(id) ?? { startMs, names, sums: keptSumNames.map(() => 0) }
      rows.set(id, row)
      for (const [index, amount] of sumsOf(attempt).entries())
        row.sums[index] = (row.sums[index] ?? 0) + amount
    }
  }
  return [...rows.values()]
    .toSorted(
      (one, other) => one.startMs - other.startMs || (one.names.join('\0') < other.names.join('\0') ? -1 : 1),
    )
    .map(({ startMs, names, sums }) => {
      const kept = (name: (typeof keptSumNames)[number]): number => sums[keptSumNames.indexOf(name)] ?? 0
      const charged = kept('input_tokens') + kept('output_tokens') - kept('uncharged_tokens')
      return { startMs, names, sums: eachSum((name) => (name === 'charged_tokens' ? charged : kept(name))) }
    })
}

function namesOf(attempt: AttemptRecord, by: readonly Dimension[]): string[][] {
  const [tenant, team, key, user, endpoint, model, provider, providerModel, region, , outcome] =
    groupOf(attempt)
  const plain: Partial<Record<Dimension, string | undefined>> = {
    tenant,
    team,
    key,
    user,
    endpoint,
    model,
    provider,
    deployment: `${provider}/${providerModel}`,
    region,
    outcome,
  }
  const tags = by.includes('tag') ? new Set(attempt.owner?.tags ?? ['']) : ['']
  return [...tags].map((tag) => by.map((dimension) => (dimension === 'tag' ? tag : (plain[dimension] ?? ''))))
}

const anAttempt = fc
  .record({
    startedAtMs: fc.integer({ min: month.fromMs - 2 * dayMs, max: month.fromMs + 33 * dayMs }),
    provider: fc.constantFrom('a', 'b'),
    team: fc.constantFrom(undefined, 'red', 'blue'),
    tags: fc.option(fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { minLength: 1 }), { nil: undefined }),
    outputTokens: fc.nat(1_000),
    costNanoDollars: fc.option(fc.nat(1_000_000)),
    kind: fc.constantFrom('first' as const, 'retry' as const),
  })
  .map(({ team, tags, outputTokens, ...own }) =>
    attemptRecord({
      ...own,
      owner: { team, tags },
      usage: { inputTokens: 7, cachedInputTokens: 1, outputTokens, reasoningTokens: 0 },
    }),
  )

describe('sums', () => {
  test('are those of the attempts, however they are asked for', async () => {
    const asked = fc.record({
      by: fc.uniqueArray(fc.constantFrom<Dimension>('team', 'provider', 'tag', 'model', 'deployment'), {
        maxLength: 2,
      }),
      interval: fc.constantFrom(undefined, 'hour' as const, 'day' as const),
      fromHour: fc.oneof(fc.constantFrom(0, 24, -744), fc.integer({ min: -800, max: 50 })),
      hours: fc.oneof(fc.constantFrom(720, 1_464), fc.integer({ min: 1, max: 2_000 })),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(anAttempt, { maxLength: 30 }),
        asked,
        async (attempts, { fromHour, hours, ...words }) => {
          using stored = await tablesWith(attempts.slice(0, 10), attempts.slice(10))
          const fromMs = month.fromMs + fromHour * hourMs
          const question = { ...whole, ...words, fromMs, toMs: fromMs + hours * hourMs }
          expect(stored.tables.sums(question)).toEqual(addedUp(attempts, question))
        },
      ),
      { numRuns: 30 },
    )
  })

  test('change when an estimate gives way to what was counted, and never for an attempt that comes twice', async () => {
    const counted = attemptRecord()
    const guessed = attemptRecord({
      ...counted,
      outcome: 'crashed',
      usageSource: 'estimated',
      costNanoDollars: 7,
      chargedNanoDollars: 0,
    })
    using stored = await tablesWith([guessed], [guessed, attemptRecord()])
    const byOutcome = { ...whole, by: ['outcome'] as const }
    const seen = (): unknown =>
      stored.tables
        .sums(byOutcome)
        .map(({ names, sums }) => [names[0], sums.attempts, sums.cost_nano_dollars])
    expect(seen()).toEqual([
      ['crashed', 1, 7],
      ['ok', 1, 1_000],
    ])
    stored.store.keep([counted])
    stored.store.keep([guessed, counted])
    expect(seen()).toEqual([
      ['crashed', 0, 0],
      ['ok', 2, 2_000],
    ])
  })

  test('of an older version charge all tokens but those of attempts that never have a client', async () => {
    const path = await newDatabase(folder)
    const store = openAttemptStore(path)
    store.keep([
      attemptRecord(),
      attemptRecord({ outcome: 'timeout', firstTokenMs: -1 }),
      attemptRecord({ outcome: 'crashed', firstTokenMs: -1 }),
      attemptRecord({ outcome: 'hedge_loser', firstTokenMs: -1 }),
    ])
    store.close()
    const older = new Database(path)
    older.run('ALTER TABLE spend_sums DROP COLUMN uncharged_tokens')
    older.run("DELETE FROM kysely_migration WHERE name = '0013-uncharged-tokens'")
    older.run(`PRAGMA user_version = ${schemaVersion - 1}`)
    older.close()
    ;(await openDatabase(path)).close()
    const tables = openSpendTables(path)
    expect(tables.sums(whole).map(({ sums }) => sums.charged_tokens)).toEqual([2 * 110])
    tables.close()
  })

  test('go by any of the values of a dimension, and by none of them for a name that nobody has', async () => {
    const of = (team: string | undefined, tags?: readonly string[]): AttemptRecord =>
      attemptRecord({ owner: { team, tags } })
    using stored = await tablesWith([of('red', ['x', 'y']), of('blue', ['y']), of(undefined)])
    const calls = (where: SpendQuestion['where']): number | undefined =>
      stored.tables.sums({ ...whole, where })[0]?.sums.calls
    expect(calls({ team: ['red', 'blue'] })).toBe(2)
    expect(calls({ team: [''] })).toBe(1)
    expect(calls({ tag: ['x', 'y'] })).toBe(2)
    expect(calls({ tag: ['y'], team: ['blue'] })).toBe(1)
    expect(calls({ team: ["'; DROP TABLE attempts; --"] })).toBeUndefined()
    expect(calls({ team: [] })).toBeUndefined()
  })

  test('come a page at a time, in one order', async () => {
    const attempts = ['c', 'a', 'b'].flatMap((team) =>
      [0, 1].map((day) => attemptRecord({ owner: { team }, startedAtMs: month.fromMs + day * dayMs })),
    )
    using stored = await tablesWith(attempts)
    const question = { ...whole, by: ['team'] as const, interval: 'day' as const, limit: 2 }
    const found: string[] = []
    for (let after: SpendRow | undefined; ;) {
      const rows = stored.tables.sums({ ...question, after })
      found.push(...rows.map(({ startMs, names }) => `${(startMs - month.fromMs) / dayMs}${names[0]}`))
      after = rows.at(-1)
      if (after === undefined) break
    }
    expect(found).toEqual(['0a', '0b', '0c', '1a', '1b', '1c'])
  })
})

describe('attempts', () => {
  test('come as they were stored, with whose they were, a page at a time', async () => {
    const owner = { tenant: 't', team: 'red', user: 'u', requestUser: 'r', tags: ['x'], metadata: { a: 'b' } }
    const attempts = [
      attemptRecord({ owner, region: 'eu' }),
      attemptRecord({ inner: { purpose: 'judge', parentId: 'call_0' } }),
      attemptRecord({ startedAtMs: month.toMs }),
      attemptRecord({ owner: { team: 'red' } }),
    ]
    using stored = await tablesWith(attempts)
    const read = (where: SpendQuestion['where']): readonly AttemptRecord[] => {
      const found: AttemptRecord[] = []
      for (let after: string | undefined; ;) {
        const page = stored.tables.attempts({ ...month, where, limit: 1, after })
        found.push(...page.attempts)
        after = page.next
        if (after === undefined) return found
      }
    }
    expect(read({})).toEqual(attempts.filter(({ startedAtMs }) => startedAtMs < month.toMs))
    expect(read({ team: ['red'] })).toHaveLength(2)
    expect(read({ tag: ['x'], key: ['k1'] })).toHaveLength(1)
    expect(read({ purpose: ['judge'] })).toHaveLength(1)
  })
})
