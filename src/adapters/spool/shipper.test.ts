import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AttemptBegin, AttemptEnd } from '../../core/attempt.ts'
import { noUsage } from '../../core/usage.ts'
import { beginLine, beginRow, endLine, markLine, priceLine } from '../../ledger/spool-record.ts'
import { openAttemptStore } from '../sqlite/sqlite-attempts.ts'
import { frame } from './framing.ts'
import { SegmentWriter } from './segment-writer.ts'
import type { SpoolPosition } from './ship-messages.ts'
import { Shipper } from './shipper.ts'
import { newDatabase } from '../../../test/new-database.ts'
import { priceText } from '../../ledger/prices/price-book.ts'
import type { Price } from '../../core/price.ts'
import { unknownMoney } from '../../ledger/attempt-money.ts'

let directory: string
let databasePath: string
let database: Database
let shippers: { stop(): Promise<void> }[]
let nowMs: number

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'spool-'))
  databasePath = await newDatabase(directory)
  database = new Database(databasePath)
  shippers = []
  nowMs = Date.now()
})

afterEach(async () => {
  for (const shipper of shippers) await shipper.stop()
  database.close()
  rmSync(directory, { recursive: true, force: true })
})

const spool = (...path: string[]): string => join(directory, 'spool', ...path)

const nothing: SpoolPosition = { segment: '', bytes: 0 }

/** The shipper of a process, and how far that process has written. */
function shipperFor(ownName: string, writer?: SegmentWriter) {
  const openStore = () => openAttemptStore(databasePath)
  const shipper = new Shipper({ root: spool(), ownName, openStore, nowMs: () => nowMs })
  const written = (): SpoolPosition => writer?.position() ?? nothing
  const own = { pass: () => shipper.pass(written()), stop: () => shipper.stop(written()) }
  shippers.push(own)
  return own
}

/** Lines that a process of old left behind. */
function leaveBehind(name: string, text: string, owner = 'nobody\n'): void {
  mkdirSync(spool(name), { recursive: true })
  writeFileSync(spool(name, 'owner'), owner)
  writeFileSync(spool(name, '000001.log'), text)
}

const outcomes = (): Record<string, string> =>
  Object.fromEntries(
    database
      .query<{ attempt_id: string; outcome: string }, []>('SELECT attempt_id, outcome FROM attempts')
      .all()
      .map(({ attempt_id: id, outcome }) => [id, outcome]),
  )

const segments = (name: string): readonly string[] =>
  readdirSync(spool(name))
    .filter((file) => file.endsWith('.log'))
    .toSorted()

const names = {
  callId: 'call_1',
  keyId: 'key_1',
  endpoint: 'chat',
  model: 'm',
  provider: 'p',
  providerModel: 'pm',
}
const times = { status: 200, connectMs: 1.5, firstTokenMs: 2, totalMs: 3 }
const end: AttemptEnd = {
  ...times,
  outcome: 'ok',
  reportedModel: 'pm',
  usage: noUsage,
  usageSource: 'final',
  usageSuspect: false,
  ...unknownMoney,
}

function attempt(attemptId: string): AttemptBegin {
  return {
    attemptId,
    ...names,
    stream: true,
    startedAtMs: 5,
    estimatedInputTokens: 7,
    generation: 1,
    kind: 'first',
    priceVersion: '',
  }
}

const oneNanoDollar: Price = {
  rates: { input: 1_000, output: 1_000 },
  callNanoDollars: 0,
  variants: [],
  discountMillionths: 0,
}
const begin = (id: string): string => beginLine(beginRow(attempt(id)))
const endOf = (id: string): string => endLine(beginRow(attempt(id)), end)
const begun = (id: string): string => frame(begin(id))
const marked = (id: string, tokens: number): string => frame(markLine(id, tokens))
const ended = (id: string): string => frame(endOf(id))

describe('Shipper', () => {
  test('stores what has ended, and what ends later', async () => {
    const writer = new SegmentWriter(spool('1-own'))
    const shipper = shipperFor('1-own', writer)
    writer.append(begin('a'))
    writer.append(begin('b'))
    writer.append(endOf('a'))
    await shipper.pass()
    expect(outcomes()).toEqual({ a: 'ok' })
    writer.append(endOf('b'))
    expect((await shipper.pass()).spoolBytes).toBe(0)
    expect(outcomes()).toEqual({ a: 'ok', b: 'ok' })
  })

  test('keeps prices before what was charged by them, once, and reckons by them what a dead process left open', async () => {
    const price = priceLine({ id: 'price_1', text: priceText(oneNanoDollar), firstUsedMs: 9 })
    const priced = beginRow({ ...attempt('open'), priceVersion: 'price_1' })
    const unknown = beginRow({ ...attempt('lost'), priceVersion: 'price_2' })
    const lines = [price, price, beginLine(priced), beginLine(unknown), markLine('open', 30)]
    leaveBehind('7-dead', lines.map(frame).join(''))
    const writer = new SegmentWriter(spool('1-own'))
    const shipper = shipperFor('1-own', writer)
    writer.append(priceLine({ id: 'price_1', text: priceText(oneNanoDollar), firstUsedMs: 11 }))
    expect((await shipper.pass()).crashed).toBe(2)
    const columns = 'attempt_id, price_version, cost_nano_dollars AS cost, charged_nano_dollars AS charged'
    expect(database.query(`SELECT ${columns} FROM attempts ORDER BY attempt_id DESC`).all()).toEqual([
      { attempt_id: 'open', price_version: 'price_1', cost: 7 + 30, charged: 0 },
      { attempt_id: 'lost', price_version: 'price_2', cost: null, charged: null },
    ])
    expect(database.query('SELECT id, first_used_ms AS used FROM price_versions').all()).toEqual([
      { id: 'price_1', used: 11 },
    ])
  })

  test('has nothing to do before the first attempt', async () => {
    expect(await shipperFor('1-own').pass()).toEqual({
      crashed: 0,
      spoolBytes: 0,
      badFiles: [],
      troubles: [],
    })
  })

  test('deletes full segments, but never one that an open attempt needs', async () => {
    const writer = new SegmentWriter(spool('1-own'), 1_000)
    const shipper = shipperFor('1-own', writer)
    writer.append(begin('long'))
    for (let number = 0; number < 30; number += 1) {
      writer.append(begin(`a${number}`))
      writer.append(endOf(`a${number}`))
    }
    expect(segments('1-own').length).toBeGreaterThan(3)
    await shipper.pass()
    expect(segments('1-own').length).toBe(2)
    expect(segments('1-own')[0]).toBe('000001.log')
    writer.append(endOf('long'))
    await shipper.pass()
    expect(segments('1-own').length).toBe(1)
    expect(Object.keys(outcomes()).length).toBe(31)
  })

  test('copies the facts of attempts that last, so that a few of them do not hold everything', async () => {
    const writer = new SegmentWriter(spool('1-own'), 1_000)
    const shipper = shipperFor('1-own', writer)
    for (let number = 0; number < 40; number += 1) {
      writer.append(begin(`long${number}`))
      writer.append(markLine(`long${number}`, number))
      writer.append(begin(`a${number}`))
      writer.append(endOf(`a${number}`))
      await shipper.pass()
    }
    expect(segments('1-own').length).toBeLessThan(7)
    // The process dies here, and another one comes.
    writeFileSync(spool('1-own', 'owner'), 'nobody\n')
    expect((await shipperFor('2-next').pass()).crashed).toBe(40)
    const tokens = database
      .query("SELECT sum(output_tokens) AS sum FROM attempts WHERE outcome = 'crashed'")
      .get()
    expect(tokens).toEqual({ sum: (39 * 40) / 2 })
    expect(Object.keys(outcomes()).length).toBe(80)
  })

  test('stores nothing twice when it reads the same lines again', async () => {
    const text = begun('a') + ended('a') + begun('b')
    leaveBehind('1-old', text)
    expect((await shipperFor('9-own').pass()).crashed).toBe(1)
    const before = database.query('SELECT * FROM attempts').all()
    leaveBehind('2-same', text)
    expect((await shipperFor('9-own').pass()).crashed).toBe(0)
    expect(database.query('SELECT * FROM attempts').all()).toEqual(before)
  })

  test('lets a real end replace an estimate, and never an estimate a real end', async () => {
    leaveBehind('1-old', begun('a') + begun('b') + ended('b'))
    await shipperFor('9-own').pass()
    expect(outcomes()).toEqual({ a: 'crashed', b: 'ok' })
    leaveBehind('2-old', begun('a') + ended('a') + begun('b') + marked('b', 9))
    await shipperFor('9-own').pass()
    expect(outcomes()).toEqual({ a: 'ok', b: 'ok' })
  })

  test('recovers every whole record of a segment that was cut anywhere', async () => {
    const lines = [begun('a'), begun('b'), marked('b', 300), ended('a'), begun('c'), ended('b'), ended('c')]
    const text = lines.join('')
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length), async (length) => {
        database.run('DELETE FROM attempts')
        leaveBehind('1-old', text)
        truncateSync(spool('1-old', '000001.log'), length)
        const { badFiles, troubles } = await shipperFor('9-own').pass()
        const whole = text.slice(0, length).split('\n').slice(0, -1)
        const begins = whole.flatMap((line) => /^\w{8} b\["(.)"/.exec(line)?.[1] ?? [])
        const ends = new Set(whole.flatMap((line) => /^\w{8} e\[\["(.)"/.exec(line)?.[1] ?? []))
        expect(outcomes()).toEqual(
          Object.fromEntries(begins.map((id) => [id, ends.has(id) ? 'ok' : 'crashed'])),
        )
        expect([badFiles, troubles, existsSync(spool('1-old'))]).toEqual([[], [], false])
      }),
      { numRuns: 25, examples: [[0], [text.length], [text.length - 1]] },
    )
  })

  test('skips a spoiled line, keeps a copy of its file and names it', async () => {
    leaveBehind('1-old', `${begun('a')}${begun('b').replace('key_1', 'key_2')}not a line\n\n${ended('a')}`)
    const { badFiles } = await shipperFor('9-own').pass()
    expect(outcomes()).toEqual({ a: 'ok' })
    expect(badFiles).toEqual([spool('1-old-000001.log.bad')])
    expect(readFileSync(String(badFiles[0]), 'utf8')).toContain('not a line')
  })

  test('keeps a copy of a begin that it cannot read, and names it', async () => {
    leaveBehind('1-old', begun('a') + frame('b["b","of another version"]'))
    const { crashed, badFiles } = await shipperFor('9-own').pass()
    expect([crashed, outcomes(), badFiles]).toEqual([1, { a: 'crashed' }, [spool('1-old-000001.log.bad')]])
    expect(readFileSync(String(badFiles[0]), 'utf8')).toContain('of another version')
  })

  test('reads of its own folder only what is said to be written', async () => {
    const writer = new SegmentWriter(spool('1-own'))
    const shipper = new Shipper({
      root: spool(),
      ownName: '1-own',
      openStore: () => openAttemptStore(databasePath),
      nowMs: () => nowMs,
    })
    shippers.push({ stop: () => shipper.stop(writer.position()) })
    writer.append(begin('a'))
    const before = writer.position()
    writer.append(endOf('a'))
    await shipper.pass(before)
    expect(outcomes()).toEqual({})
    await shipper.pass(writer.position())
    expect(outcomes()).toEqual({ a: 'ok' })
  })

  test('takes the zeros behind the last line for what they are', async () => {
    leaveBehind('1-old', `${begun('a')}${ended('a')}${begun('b').slice(0, 30)}${'\0'.repeat(5000)}`)
    const { badFiles, crashed } = await shipperFor('9-own').pass()
    expect([badFiles, crashed, outcomes()]).toEqual([[], 0, { a: 'ok' }])
  })

  test('reads a line that is longer than what it reads at once', async () => {
    const model = 'm'.repeat(3 * 1024 * 1024)
    leaveBehind(
      '1-old',
      begun('a') + frame(beginLine(beginRow({ ...attempt('b'), model }))) + ended('a') + ended('b'),
    )
    await shipperFor('9-own').pass()
    expect(outcomes()).toEqual({ a: 'ok', b: 'ok' })
  })

  test('loses nothing while the database takes nothing', async () => {
    const writer = new SegmentWriter(spool('1-own'))
    const shipper = shipperFor('1-own', writer)
    database.run('ALTER TABLE attempts RENAME TO away')
    for (let number = 0; number < 600; number += 1) {
      writer.append(begin(`a${number}`))
      writer.append(endOf(`a${number}`))
    }
    expect(await shipper.pass().catch((failure: unknown) => failure)).toBeInstanceOf(Error)
    expect(await shipper.pass().catch((failure: unknown) => failure)).toBeInstanceOf(Error)
    database.run('ALTER TABLE away RENAME TO attempts')
    await shipper.pass()
    expect(Object.keys(outcomes()).length).toBe(600)
  })

  test('takes its folder away at the end, and leaves it to the next process when an attempt is open', async () => {
    const clean = new SegmentWriter(spool('1-own'))
    clean.append(begin('a'))
    clean.append(endOf('a'))
    await shipperFor('1-own', clean).stop()
    expect(existsSync(spool('1-own'))).toBe(false)
    const open = new SegmentWriter(spool('2-own'))
    open.append(begin('b'))
    await shipperFor('2-own', open).stop()
    expect((await shipperFor('3-own').pass()).crashed).toBe(1)
  })
})

describe('folders of other processes', () => {
  test('are left alone while their process lives', async () => {
    new SegmentWriter(spool('1-other')).append(begin('a'))
    nowMs += 3_600_000
    await shipperFor('2-own').pass()
    expect(outcomes()).toEqual({})
    expect(segments('1-other')).toEqual(['000001.log'])
  })

  test('are taken over when a process with the same id started at another time', async () => {
    new SegmentWriter(spool('1-other')).append(begin('a'))
    const owner = readFileSync(spool('1-other', 'owner'), 'utf8').split('\n')
    writeFileSync(spool('1-other', 'owner'), [owner[0], '1', ...owner.slice(2)].join('\n'))
    expect((await shipperFor('2-own').pass()).crashed).toBe(1)
  })

  test('of another machine are taken over when their owner has been silent for a minute', async () => {
    leaveBehind('1-other', begun('a'), '1\n1\nanother place\n')
    utimesSync(spool('1-other', 'owner'), nowMs / 1000, nowMs / 1000)
    const shipper = shipperFor('2-own')
    nowMs += 59_000
    expect((await shipper.pass()).crashed).toBe(0)
    nowMs += 11_000
    expect((await shipper.pass()).crashed).toBe(1)
  })

  test('of another machine are not taken over while their owner cannot ship', async () => {
    const writer = new SegmentWriter(spool('1-other'))
    writer.append(begin('a'))
    const owner = shipperFor('1-other', writer)
    const other = shipperFor('2-own')
    database.run('ALTER TABLE attempts RENAME TO away')
    writer.append(endOf('a'))
    writer.append(begin('b'))
    // To the other process it looks like that of another machine.
    writeFileSync(spool('1-other', 'owner'), '1\n1\nanother place\n')
    for (let seconds = 0; seconds < 90; seconds += 15) {
      expect(String(await owner.pass().catch((failure: unknown) => failure))).toContain('no such table')
      nowMs += 15_000
    }
    database.run('ALTER TABLE away RENAME TO attempts')
    await other.pass()
    expect(outcomes()).toEqual({})
    expect(segments('1-other')).toEqual(['000001.log'])
  })

  test('that cannot be shipped count as bytes of the spool, and are told once', async () => {
    leaveBehind('1-old', begun('a'))
    mkdirSync(spool('1-old', '000002.log'))
    const shipper = shipperFor('9-own')
    const { troubles, spoolBytes } = await shipper.pass()
    expect(troubles).toEqual([expect.stringMatching(/^1-old: EISDIR/)])
    expect(spoolBytes).toBeGreaterThanOrEqual(begun('a').length)
    nowMs += 10_000
    expect(await shipper.pass()).toMatchObject({ troubles: [], spoolBytes })
    rmSync(spool('1-old', '000002.log'), { recursive: true })
    nowMs += 10_000
    expect(await shipper.pass()).toMatchObject({ troubles: [], spoolBytes: 0, crashed: 1 })
  })

  test('without an owner are those of a process that just starts, until a minute is over', async () => {
    leaveBehind('1-other', begun('a'))
    rmSync(spool('1-other', 'owner'))
    const shipper = shipperFor('2-own')
    expect((await shipper.pass()).crashed).toBe(0)
    nowMs += 61_000
    expect((await shipper.pass()).crashed).toBe(1)
  })
})
