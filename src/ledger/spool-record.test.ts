import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { AttemptBegin, AttemptEnd } from '../core/attempt.ts'
import { readBegin, SpoolReader } from './read-spool-record.ts'
import { beginLine, beginRow, endLine, markLine, priceLine } from './spool-record.ts'

const reader = new SpoolReader()
const text = fc.string({ unit: 'binary', maxLength: 20 })
const count = fc.nat()
const some = fc.integer({ min: 1, max: 1_000_000 })
const begins: fc.Arbitrary<AttemptBegin> = fc.record({
  attemptId: text,
  callId: text,
  keyId: text,
  endpoint: text,
  model: text,
  provider: text,
  providerModel: text,
  stream: fc.boolean(),
  startedAtMs: count,
  estimatedInputTokens: count,
  generation: count,
  kind: fc.constantFrom('first', 'retry', 'failover', 'hedge', 'continuation'),
  priceVersion: text,
})
const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 9 })
const owners: fc.Arbitrary<Pick<AttemptBegin, 'owner' | 'region' | 'inner'>> = fc.record(
  {
    owner: fc
      .record(
        {
          tenant: name,
          team: name,
          user: name,
          requestUser: name,
          tags: fc.array(name, { minLength: 1, maxLength: 3 }),
          metadata: fc.dictionary(name, text, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
        },
        { requiredKeys: [] },
      )
      .filter((owner) => Object.keys(owner).length > 0),
    region: name,
    inner: fc.record({ purpose: fc.constant('judge' as const), parentId: name }),
  },
  { requiredKeys: [] },
)
const ends: fc.Arbitrary<AttemptEnd> = fc.record({
  outcome: fc.constantFrom('ok', 'cancelled', 'timeout'),
  status: count,
  connectMs: count,
  firstTokenMs: count,
  totalMs: count,
  reportedModel: text,
  usage: fc.record(
    {
      inputTokens: count,
      cachedInputTokens: count,
      outputTokens: count,
      reasoningTokens: count,
      cacheWriteTokens: some,
      cacheWriteHourTokens: some,
      audioInputTokens: some,
      imageInputTokens: some,
      audioOutputTokens: some,
      imageOutputTokens: some,
      serviceTier: fc.constantFrom('flex', 'priorité'),
    },
    { requiredKeys: ['inputTokens', 'cachedInputTokens', 'outputTokens', 'reasoningTokens'] },
  ),
  usageSource: fc.constantFrom('final', 'observed', 'estimated'),
  usageSuspect: fc.boolean(),
  costNanoDollars: fc.option(count),
  listNanoDollars: fc.option(count),
  chargedNanoDollars: fc.option(count),
})

describe('records of the spool', () => {
  test('come back as they were written, whatever their texts hold', () => {
    fc.assert(
      fc.property(begins, owners, ends, count, (begun, whose, end, outputTokens) => {
        const attempt = { ...begun, ...whose }
        const { attemptId } = attempt
        const row = beginRow(attempt)
        expect(reader.read(beginLine(row))).toEqual({ kind: 'begin', attemptId, row })
        expect(readBegin(row)).toEqual(attempt)
        expect(reader.read(markLine(attemptId, outputTokens))).toEqual({
          kind: 'mark',
          attemptId,
          outputTokens,
        })
        const ended = { ...attempt, ...end }
        expect(reader.read(endLine(row, end))).toEqual({ kind: 'end', attempt: ended })
      }),
      { numRuns: 50 },
    )
  })

  test('that have much in common are told apart by all of it', () => {
    const like = fc.constantFrom('a', 'a],[', 'a],[1', '"],[', '\\', 'é')
    const owned = fc.record({ tags: fc.array(like, { minLength: 1, maxLength: 2 }) })
    const alike = fc.record({ begin: begins, callId: like, model: like, owner: owned, end: ends })
    fc.assert(
      fc.property(begins, fc.array(alike, { minLength: 2 }), (first, others) => {
        const single = new SpoolReader()
        for (const { begin, end, ...differs } of others) {
          const { attemptId, startedAtMs } = begin
          const attempt = { ...first, ...differs, attemptId, startedAtMs }
          const ended = { ...attempt, ...end }
          expect(single.read(endLine(beginRow(attempt), end))).toEqual({ kind: 'end', attempt: ended })
        }
      }),
      { numRuns: 50 },
    )
  })

  test('say nothing of an owner of whom nothing is known, and print a caller once', () => {
    const [begin] = fc.sample(begins, 1) as [AttemptBegin]
    const row = beginRow(begin)
    for (const owner of [{}, { tenant: '', tags: [], metadata: {} }]) {
      expect(beginRow({ ...begin, owner, region: undefined })).toBe(row)
    }
    const tags = ['a']
    const owner = { team: 'core', tags }
    const owned = beginRow({ ...begin, owner })
    expect(owned).toBe(`${row.slice(0, -1)},{"m":"core","g":["a"]}]`)
    tags.push('not printed')
    expect(beginRow({ ...begin, owner })).toBe(owned)
  })

  test('are one line of ASCII', () => {
    fc.assert(
      fc.property(begins, ends, (attempt, end) => {
        expect(endLine(beginRow(attempt), end)).toMatch(/^[ -\x7f]*$/)
      }),
      { numRuns: 50 },
    )
  })

  test('of older programs are read as far as they go', () => {
    const older = '["a","call_1",5,7,"k","chat","m","p","pm",true,3'
    const money = {
      costNanoDollars: null,
      listNanoDollars: null,
      chargedNanoDollars: null,
      usageSuspect: false,
    }
    expect(readBegin(`${older}]`)).toMatchObject({ attemptId: 'a', kind: 'first', priceVersion: '' })
    expect(readBegin(`${older},"retry"]`)).toMatchObject({ generation: 3, kind: 'retry', priceVersion: '' })
    const ended = '["ok",200,1,2,3,"pm-1",10,4,20,5,"final"]'
    expect(reader.read(`e[${older},"retry"],${ended}]`)).toMatchObject({
      kind: 'end',
      attempt: { kind: 'retry', priceVersion: '', usage: { outputTokens: 20 }, ...money },
    })
  })

  test('hold a price in one certain spelling, with its id', () => {
    const price = { id: 'price_1', text: '{"é":"\\n"}', firstUsedMs: 5 }
    expect(priceLine(price)).toMatch(/^p[ -~]*$/)
    expect(reader.read(priceLine(price))).toEqual({ kind: 'price', price })
  })

  test('of other kinds and with missing fields are none', () => {
    const row = beginRow(fc.sample(begins, 1)[0] as AttemptBegin)
    const others = ['', 'null', '7', 'x[]', 'b', 'b[]', 'b{}', 'm["a","3"]', 'm["a"]', 'e[]', `e[${row},[]]`]
    for (const line of others) expect([line, reader.read(line)]).toEqual([line, undefined])
    for (const spoiled of ['', '[]', row.slice(0, -1), row.replace('[', '["a",')]) {
      expect(readBegin(spoiled)).toBeUndefined()
    }
  })

  test('survive a number that is none', () => {
    const read = reader.read(markLine('att_1', Number.NaN))
    expect(read).toEqual({ kind: 'mark', attemptId: 'att_1', outputTokens: 0 })
    const [begin, end] = [fc.sample(begins, 1)[0] as AttemptBegin, fc.sample(ends, 1)[0] as AttemptEnd]
    const usage = { ...end.usage, inputTokens: Number.NaN, outputTokens: Infinity }
    expect(reader.read(endLine(beginRow(begin), { ...end, usage }))).toMatchObject({
      attempt: { usage: { inputTokens: 0, outputTokens: 0 } },
    })
  })
})
