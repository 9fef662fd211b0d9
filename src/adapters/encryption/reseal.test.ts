import { afterAll, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Database } from 'bun:sqlite'
import { failureOf } from '../../../test/failure-of.ts'
import { newDatabase } from '../../../test/new-database.ts'
import type { BodyStore, KeptBody } from '../../bodies/ports.ts'
import type { ResponseStore, WrittenResponse } from '../../responses/ports.ts'
import type { SealableRows, Sealer } from '../../store/sealing.ts'
import { createSqliteBodies } from '../sqlite/sqlite-bodies.ts'
import { createSqliteResponses } from '../sqlite/sqlite-responses.ts'
import { createSqliteSealableRows } from '../sqlite/sqlite-sealing.ts'
import { createEnvelope, masterKeyOf } from './envelope.ts'
import { countByKey, reseal } from './reseal.ts'
import { sealedBodies, sealedResponses } from './sealed-stores.ts'

const one = masterKeyOf('7d1fTqWn8mXKQ0kkKf0m2bq1eJm0m3Zr6o3V0b8o3Hs=')
const two = masterKeyOf('c2a7b5f0d3918e6c4b2fa01877de93c5106fb49e3ad8527cc1be09f46d2e8a37')
const folder = mkdtempSync(join(tmpdir(), 'reseal-'))
const maker = { provider: 'openai', deployment: 'openai/m', credential: 'a1' }

let raw: Database
let sealer: Sealer
let responses: ResponseStore
let bodies: BodyStore
let rows: readonly SealableRows[]

beforeEach(async () => {
  raw = new Database(await newDatabase(folder))
  const connection = { raw: () => raw, close: () => {} }
  sealer = createEnvelope(undefined, [])
  responses = sealedResponses(createSqliteResponses(connection), () => sealer)
  bodies = sealedBodies(createSqliteBodies(connection), () => sealer)
  rows = createSqliteSealableRows(raw)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function response(id: string): WrittenResponse {
  const facts = { tenant: 'acme', id, previousId: null, keyId: 'k', model: 'm', maker, providerId: null }
  const times = { createdAtMs: 1, expiresAtMs: 9, itemIds: [`item_${id}`], inputIds: [] }
  return { ...facts, ...times, inputJson: '["canary-in 🦜"]', bodyJson: '{"canary":"out"}' }
}

function body(callId: string): KeptBody {
  const who = { tenant: 'acme', keyId: 'k', keyUser: '', requestUser: 'u', endpoint: 'chat', model: 'm' }
  const facts = { deployment: 'd', region: '', code: '', atMs: 1, expiresAtMs: 9, isCut: false }
  const texts = { prompt: [{ role: 'user', kind: 'text', text: 'canary' }], answer: [] }
  return { callId, ...who, ...facts, ...texts }
}

/** Everything that lies in the database. */
function lies(): string {
  return JSON.stringify([raw.query('SELECT * FROM responses').all(), raw.query('SELECT * FROM bodies').all()])
}

async function readsAll(): Promise<void> {
  const found = await responses.findByItem('item_a', 'acme')
  expect([found?.inputJson, found?.bodyJson]).toEqual(['["canary-in 🦜"]', '{"canary":"out"}'])
  expect((await bodies.list({ callId: 'call_a' }, 1))[0]?.prompt[0]?.text).toBe('canary')
}

describe('what is kept', () => {
  test('lies there sealed where there is a key, and is read by its owner', async () => {
    sealer = createEnvelope(one, [])
    await responses.keep([response('a')])
    await bodies.keep([body('call_a')])
    expect(lies()).not.toContain('canary')
    await readsAll()
    expect((await bodies.list({ user: 'u' }, 9)).length).toBe(1)
    expect(await countByKey(rows)).toEqual(new Map([[one.id, 2]]))
  })

  test('is brought under another key, from none, from one to the next, and back to none', async () => {
    await responses.keep([response('a')])
    await bodies.keep([body('call_a')])
    for (const [key, previous] of [
      [one, []],
      [two, [one]],
      [undefined, [two]],
    ] as const) {
      sealer = createEnvelope(key, previous)
      await readsAll()
      expect(await reseal(rows, sealer)).toEqual({
        changed: 2,
        wasPlain: key === one ? 2 : 0,
        unreadable: 0,
        byKey: new Map([[key?.id ?? '', 2]]),
      })
      expect((await reseal(rows, sealer)).changed).toBe(0)
      sealer = createEnvelope(key, [])
      await readsAll()
      expect(lies().includes('canary')).toBe(key === undefined)
    }
  })

  test('stays where its key is not known, and is counted', async () => {
    sealer = createEnvelope(one, [])
    await responses.keep([response('a')])
    await bodies.keep([body('call_a')])
    sealer = createEnvelope(two, [])
    await responses.keep([response('b')])
    expect(await reseal(rows, sealer)).toEqual({
      changed: 0,
      wasPlain: 0,
      unreadable: 2,
      byKey: new Map([
        [one.id, 2],
        [two.id, 1],
      ]),
    })
    expect(String(await failureOf(() => responses.find('a', 'acme')))).toContain(one.id)
    // One that cannot be opened does not hide the others.
    expect((await bodies.list({}, 9))[0]?.prompt[0]?.kind).toBe('sealed')
  })

  test('that was moved into another row by somebody is not read there', async () => {
    sealer = createEnvelope(one, [])
    await responses.keep([response('a'), response('b')])
    raw.run("UPDATE responses SET body = (SELECT body FROM responses WHERE id = 'b') WHERE id = 'a'")
    expect(String(await failureOf(() => responses.find('a', 'acme')))).toContain('belongs elsewhere')
  })

  test('in many rows is gone through to the end, also where others write meanwhile', async () => {
    await responses.keep(Array.from({ length: 450 }, (_, index) => response(`r${index}`)))
    sealer = createEnvelope(one, [])
    let isFirst = true
    const disturbed: SealableRows[] = rows.map((table) => ({
      table: table.table,
      after: (at, max) => table.after(at, max),
      replace: async (row, texts) => {
        // Another process writes the same row between reading and replacing it.
        if (isFirst && table.table === 'responses') {
          isFirst = false
          raw.run(`UPDATE responses SET input = '["newer"]' WHERE rowid = ${row.at}`)
        }
        return await table.replace(row, texts)
      },
    }))
    expect((await reseal(disturbed, sealer)).changed).toBe(450)
    expect((await responses.find('r0', 'acme'))?.inputJson).toBe('["newer"]')
    expect(lies()).not.toContain('canary')
  })
})
