// Kept responses of a process that is killed, whose disk is full, or that is told to stop.
import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lazyConnection } from '../../src/adapters/sqlite/lazy-connection.ts'
import { createSqliteHeldIds } from '../../src/adapters/sqlite/sqlite-held-ids.ts'
import { createSqliteResponses } from '../../src/adapters/sqlite/sqlite-responses.ts'
import type { LazyConnection } from '../../src/adapters/sqlite/lazy-connection.ts'
import { Responses } from '../../src/responses/responses.ts'
import { Stickiness } from '../../src/responses/stickiness.ts'
import { RecordingObserver } from '../response-observer.ts'
import { VirtualClock } from '../virtual-clock.ts'
import { failureOf } from '../failure-of.ts'
import { newDatabase } from '../new-database.ts'

const folder = mkdtempSync(join(tmpdir(), 'kept-'))
const paths = new URL('../../src', import.meta.url).pathname

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const settings = { store: true, keep: 1_000_000, size_limit: 4_000_000 }
const response = {
  tenant: 'default',
  id: 'resp_1',
  previousId: null,
  keyId: 'key',
  model: 'fast',
  maker: { provider: 'office', deployment: 'office/m', credential: '' },
  providerId: null,
  inputJson: '[]',
  bodyJson: '{"output":[{"type":"message","id":"msg_1"}]}',
}

interface Kept {
  readonly responses: Responses
  readonly stickiness: Stickiness
  readonly observer: RecordingObserver
  readonly connection: LazyConnection
}

function keptAt(path: string): Kept {
  const [clock, observer, connection] = [new VirtualClock(), new RecordingObserver(), lazyConnection(path)]
  const stickiness = new Stickiness(
    { store: createSqliteHeldIds(connection), clock, observer },
    settings.keep,
  )
  const store = createSqliteResponses(connection)
  const responses = new Responses({ store, stickiness, clock, observer, sealTravels: () => false }, settings)
  return { responses, stickiness, observer, connection }
}

test('a killed process loses what it has not written yet, and nothing that it has', async () => {
  const path = await newDatabase(folder)
  const script = `
    const { lazyConnection } = await import(${JSON.stringify(`${paths}/adapters/sqlite/lazy-connection.ts`)})
    const { createSqliteResponses } = await import(${JSON.stringify(`${paths}/adapters/sqlite/sqlite-responses.ts`)})
    const { ResponseArchive } = await import(${JSON.stringify(`${paths}/responses/response-archive.ts`)})
    const { systemClock } = await import(${JSON.stringify(`${paths}/platform/system-clock.ts`)})
    const store = createSqliteResponses(lazyConnection(${JSON.stringify(path)}))
    let written
    const isWritten = new Promise((resolve) => { written = resolve })
    const told = { ...store, keep: (responses) => store.keep(responses).then(written) }
    const archive = new ResponseArchive({ store: told, clock: systemClock, observer: { counted() {} } })
    const response = { ...${JSON.stringify(response)}, createdAtMs: 0, expiresAtMs: Number.MAX_SAFE_INTEGER }
    archive.keep(response)
    await isWritten
    archive.keep({ ...response, id: 'resp_2' })
    process.kill(process.pid, 'SIGKILL')`
  const child = Bun.spawn([process.execPath, '--no-env-file', '-e', script], { stderr: 'inherit' })
  await child.exited
  expect(child.signalCode).toBe('SIGKILL')
  const { responses, connection } = keptAt(path)
  expect((await responses.find('resp_1', 'default')).bodyJson).toBe(response.bodyJson)
  const lost = await failureOf(() => responses.find('resp_2', 'default'))
  expect(String(lost)).toContain("'resp_2' not found")
  connection.close()
}, 15_000)

test('a process that is told to stop writes what it has', async () => {
  const path = await newDatabase(folder)
  const first = keptAt(path)
  first.responses.keep(response)
  first.stickiness.remember('default', 'file_1', response.maker)
  await first.responses.close()
  await first.stickiness.close()
  first.connection.close()
  const second = keptAt(path)
  expect((await second.responses.find('resp_1', 'default')).model).toBe('fast')
  expect(await second.stickiness.whereIs('default', 'file_1')).toEqual(response.maker)
  second.connection.close()
})

test('a full disk holds up no answer: what cannot be written is found until the end, and then told as lost', async () => {
  const { responses, observer, connection } = keptAt(await newDatabase(folder))
  responses.keep(response)
  const raw = connection.raw()
  raw.run('PRAGMA max_page_count = 1')
  const large = { ...response, id: 'resp_2', bodyJson: JSON.stringify('x'.repeat(1_000_000)) }
  expect(responses.keep(large)).toBe('kept')
  expect((await responses.find('resp_2', 'default')).id).toBe('resp_2')
  await responses.close()
  expect([observer.counts.get('write_failed'), observer.counts.get('lost')]).toEqual([1, 2])
  connection.close()
})
