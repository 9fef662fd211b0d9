import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AttemptBegin, AttemptEnd } from '../../core/attempt.ts'
import { UsageSpoolFull } from '../../core/errors.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { systemClock } from '../../platform/system-clock.ts'
import { openLedger, sqliteTable } from './open-ledger.ts'
import { newDatabase } from '../../../test/new-database.ts'
import { unknownMoney } from '../../ledger/attempt-money.ts'

let directory: string
let databasePath: string
let ledgers: Ledger[]
let logged: string[]

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ledger-'))
  databasePath = await newDatabase(directory)
  ledgers = []
  logged = []
})

afterEach(async () => {
  for (const ledger of ledgers) await ledger.close()
  rmSync(directory, { recursive: true, force: true })
})

function open(): Ledger {
  const note = (event: string, facts: unknown): unknown => logged.push(`${event} ${JSON.stringify(facts)}`)
  const log = { info: note, warn: note, error: note }
  const ledger = openLedger({ directory, table: sqliteTable(databasePath), clock: systemClock, log })
  ledgers.push(ledger)
  return ledger
}

const names = {
  callId: 'call_1',
  keyId: 'key_1',
  endpoint: 'chat',
  model: 'm',
  provider: 'p',
  providerModel: 'pm',
}
const usage = { inputTokens: 10, cachedInputTokens: 4, outputTokens: 20, reasoningTokens: 5 }
const times = { status: 200, connectMs: 1.25, firstTokenMs: 2, totalMs: 3.5 }
const end: AttemptEnd = {
  ...times,
  outcome: 'ok',
  reportedModel: 'pm-1',
  usage,
  usageSource: 'final',
  usageSuspect: false,
  ...unknownMoney,
}

function attempt(attemptId: string, startedAtMs = 5): AttemptBegin {
  return {
    attemptId,
    ...names,
    stream: true,
    startedAtMs,
    estimatedInputTokens: 7,
    generation: 1,
    kind: 'first',
    priceVersion: '',
  }
}

describe('openLedger', () => {
  test('keeps every fact of an attempt and gives it back', async () => {
    const ledger = open()
    const begin = attempt('a')
    ledger.spool.begin(begin)
    ledger.spool.end('a', end)
    expect(await ledger.attemptsOfCall('call_1', 'key_1')).toEqual([{ ...begin, ...end }])
    expect(await ledger.attemptsOfCall('call_1', 'key_2')).toEqual([])
    expect(await ledger.attemptsOfCall('call_2', 'key_1')).toEqual([])
  })

  test('gives the attempts of a call in the order of their starts', async () => {
    const ledger = open()
    for (const [id, startedAtMs] of [
      ['b', 7],
      ['a', 9],
      ['c', 8],
    ] as const) {
      ledger.spool.begin(attempt(id, startedAtMs))
      ledger.spool.end(id, { ...end, outcome: 'throttled' })
    }
    const found = await ledger.attemptsOfCall('call_1', 'key_1')
    expect(found.map(({ attemptId }) => attemptId)).toEqual(['b', 'c', 'a'])
  })

  test('leaves no folder behind when all is stored', async () => {
    const ledger = open()
    ledger.spool.begin(attempt('a'))
    ledger.spool.end('a', end)
    await ledger.close()
    expect(readdirSync(join(directory, 'spool'))).toEqual([])
    expect(logged).toEqual([])
  })

  test('works beside another process on the same data directory', async () => {
    const [one, other] = [open(), open()]
    for (const [ledger, id] of [
      [one, 'a'],
      [other, 'b'],
    ] as const) {
      ledger.spool.begin(attempt(id))
      ledger.spool.begin(attempt(`${id}-open`))
      ledger.spool.end(id, end)
    }
    await Promise.all([one.flush(), other.flush()])
    const kept = await one.attemptsOfCall('call_1', 'key_1')
    // Both began in the same millisecond, so neither comes first.
    expect(kept.map(({ attemptId }) => attemptId).toSorted()).toEqual(['a', 'b'])
  })

  test('refuses attempts when the spool cannot be written', () => {
    const ledger = open()
    writeFileSync(join(directory, 'spool'), 'a file in the way')
    expect(() => ledger.spool.begin(attempt('a'))).toThrow(UsageSpoolFull)
    expect(ledger.stats().failures).toBe(1)
    rmSync(join(directory, 'spool'))
  })

  test('says why nothing is shipped, and keeps it', async () => {
    const ledger = open()
    ledger.spool.begin(attempt('a'))
    ledger.spool.end('a', end)
    const database = new Database(databasePath)
    database.run('PRAGMA busy_timeout = 1000')
    database.run('ALTER TABLE attempts RENAME TO away')
    expect(await ledger.flush().catch(String)).toContain('no such table')
    await ledger.close()
    expect(logged.map((line) => line.split(' ')[0])).toEqual(['usage_not_shipped', 'usage_left_in_spool'])
    database.run('ALTER TABLE away RENAME TO attempts')
    database.close()
    expect((await (await flushed(open())).attemptsOfCall('call_1', 'key_1')).length).toBe(1)
  })
})

describe('a killed process', () => {
  test('loses nothing that it had acknowledged, five times over', async () => {
    const acknowledged = (await Promise.all([10, 60, 200, 500, 1_200].map(killAfter))).flat()
    await flushed(open())
    const database = new Database(databasePath, { readonly: true })
    const rows = database.query<{ attempt_id: string; outcome: string }, []>('SELECT * FROM attempts').all()
    database.close()
    const outcomes = new Map(rows.map((row) => [row.attempt_id, row.outcome]))
    const ended = acknowledged.filter((line) => line.startsWith('ended ')).map((line) => line.slice(6))
    const begun = acknowledged.filter((line) => line.startsWith('begun ')).map((line) => line.slice(6))
    expect(ended.length).toBeGreaterThanOrEqual(1_970)
    expect(ended.filter((id) => outcomes.get(id) !== 'ok')).toEqual([])
    expect(begun.filter((id) => !outcomes.has(id))).toEqual([])
    // Each process held one attempt open from its start.
    expect(rows.filter((row) => row.attempt_id.endsWith('-held') && row.outcome === 'crashed').length).toBe(5)
    expect(rows.length).toBe(outcomes.size)
    expect(logged.filter((line) => !line.startsWith('usage_of_dead_process '))).toEqual([])
    expect(readdirSync(join(directory, 'spool'))).toEqual([])
  }, 20_000)
})

async function flushed(ledger: Ledger): Promise<Ledger> {
  await ledger.flush()
  return ledger
}

/** Starts a process that ships while it appends, and kills it after so many acknowledged ends. */
async function killAfter(ends: number): Promise<readonly string[]> {
  const parts = JSON.stringify({ directory, databasePath, begin: attempt('x'), end, name: `p${ends}` })
  const modules = [
    join(import.meta.dir, 'open-ledger.ts'),
    join(import.meta.dir, '../../platform/system-clock.ts'),
  ]
  const script = `const [{ openLedger, sqliteTable }, { systemClock }] = await Promise.all(${JSON.stringify(modules)}.map((m) => import(m)))
    const { directory, databasePath, begin, end, name } = ${parts}
    const ledger = openLedger({ directory, table: sqliteTable(databasePath), clock: systemClock })
    ledger.start()
    ledger.spool.begin({ ...begin, attemptId: name + '-held' })
    const { writeSync } = await import('node:fs')
    for (let number = 0; ; number += 1) {
      const attemptId = name + '-' + number
      ledger.spool.begin({ ...begin, attemptId })
      writeSync(1, 'begun ' + attemptId + '\\n')
      ledger.spool.end(attemptId, end)
      writeSync(1, 'ended ' + attemptId + '\\n')
      if (number % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    }`
  const child = Bun.spawn([process.execPath, '--no-env-file', '-e', script], {
    stdout: 'pipe',
    stderr: 'inherit',
  })
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of child.stdout) {
    text += decoder.decode(chunk, { stream: true })
    if (text.split('ended ').length > ends) child.kill('SIGKILL')
  }
  await child.exited
  return text.split('\n').slice(0, -1)
}
