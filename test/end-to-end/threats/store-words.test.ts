// What a stranger or a tenant may try with words that mean something to a store: they are kept as they are or refused, find
// nothing, and leave the store as it was.
import { Database } from 'bun:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { listAt } from '../../json-at.ts'
import { until } from '../../until.ts'
import { testKey } from '../start-gateway.ts'
import { ThreatenedGateway } from './threatened-gateway.ts'

let gateway: ThreatenedGateway

beforeAll(async () => {
  gateway = await ThreatenedGateway.start()
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
})

const hostile = [
  `' OR '1'='1`,
  `x'; DROP TABLE keys; --`,
  `" UNION SELECT hash FROM keys --`,
  `%' ESCAPE '\\`,
  `1; ATTACH DATABASE '/tmp/x' AS y; --`,
  `__proto__`,
  `constructor`,
  `../../../../etc/passwd`,
  `a\u0000b`,
  `\u202e\ud83d\ude00`,
  `\${7*7}{{7*7}}<%= 7 %>`,
  `$(touch /tmp/pwned)`,
  'x'.repeat(3_000),
]

/** Nothing of the store is gone, and nothing of its insides is told. */
function expectNoInsides(text: string): void {
  for (const inside of [
    'SQLITE',
    'sqlite',
    'syntax error',
    'SELECT',
    'no such column',
    'node_modules',
    '.ts:',
  ]) {
    expect(text.replaceAll('UNION SELECT', '')).not.toContain(inside)
  }
}

describe('words that mean something to a store', () => {
  const places: readonly (readonly [place: string, path: (word: string) => string, method?: string])[] = [
    ['the id of a key', (word) => `/admin/v1/keys/${word}`],
    ['the id of a key that is revoked', (word) => `/admin/v1/keys/${word}`, 'DELETE'],
    ['the id of a key that is rotated', (word) => `/admin/v1/keys/${word}/rotate`, 'POST'],
    ['a cursor of keys', (word) => `/admin/v1/keys?after=${word}`],
    ['a page’s size', (word) => `/admin/v1/keys?limit=${word}`],
    ['a state', (word) => `/admin/v1/keys?state=${word}`],
    ['a team', (word) => `/admin/v1/keys?team=${word}&user=${word}&tenant=${word}&role=${word}`],
    ['a cursor of the trail', (word) => `/admin/v1/audit?after=${word}`],
    ['filters of the trail', (word) => `/admin/v1/audit?action=${word}&actor=${word}&subject=${word}`],
    ['a deployment', (word) => `/admin/v1/deployments/${word}`],
    ['a cursor of deployments', (word) => `/admin/v1/deployments?after=${word}`],
    ['a trace', (word) => `/admin/v1/calls/${word}/trace`],
    ['whose bodies are erased', (word) => `/admin/v1/bodies?user=${word}`, 'DELETE'],
    ['which bodies are erased', (word) => `/admin/v1/bodies?call=${word}`, 'DELETE'],
    ['an action', (word) => `/admin/v1/deployments/sim/m/${word}`, 'POST'],
  ]

  test.each(places)('%s', async (_, path, method = 'GET') => {
    for (const word of hostile) {
      const answer = await gateway.ask(path(encodeURIComponent(word)), { method })
      const text = await answer.text()
      expect([word, answer.status < 500]).toEqual([word, true])
      expectNoInsides(text)
      // A filter that nothing meets finds nothing: it does not come true.
      if (answer.status === 200 && method === 'GET') expect(listAt(JSON.parse(text), 'data')).toEqual([])
    }
  })

  test('ids that clients ask for', async () => {
    for (const word of hostile) {
      for (const path of ['/v1/calls/', '/v1/responses/', '/v1/models/']) {
        const answer = await gateway.ask(path + encodeURIComponent(word), { key: testKey })
        expect([word, path, answer.status]).toEqual([word, path, 404])
        expectNoInsides(await answer.text())
      }
    }
  })

  test('names of users, tags and metadata are kept as they are, or refused', async () => {
    for (const word of hostile) {
      const answer = await gateway.call({ user: word, metadata: { [word.slice(0, 60)]: word.slice(0, 200) } })
      const text = await answer.text()
      expect([word, answer.status]).toEqual([word, 200])
      expectNoInsides(text)
      const headers = { 'x-sallyport-tags': encodeURIComponent(word).slice(0, 60) }
      expect((await gateway.call({}, headers)).status).toBeLessThan(500)
      const previous = { model: 'fast', input: 'Hi', previous_response_id: word }
      const gone = await gateway.ask('/v1/responses', { method: 'POST', key: testKey, body: previous })
      expect([word, gone.status >= 400 && gone.status < 500]).toEqual([word, true])
      expectNoInsides(await gone.text())
    }
  })

  test('members of a key that is made', async () => {
    for (const word of hostile) {
      for (const member of ['name', 'team', 'user', 'tenant', 'expires_at', 'role', 'expires_in', word]) {
        const body = { name: 'x', ...JSON.parse(JSON.stringify({ [member]: word })) }
        const answer = await gateway.ask('/admin/v1/keys', { method: 'POST', body })
        expectNoInsides(await answer.text())
        expect([word, member, answer.status < 500]).toEqual([word, member, true])
      }
    }
  })

  test('leave the store as it was', async () => {
    const { id }: { id: string } = JSON.parse(
      await (await gateway.ask('/admin/v1/keys', { method: 'POST', body: { name: 'after-all' } })).text(),
    )
    expect((await gateway.ask(`/admin/v1/keys/${id}`)).status).toBe(200)
    const path = join(gateway.dataDirectory, 'sallyport.db')
    const usersOf = (): readonly string[] => {
      const database = new Database(path, { readonly: true })
      const rows = database
        .query<{ user: string }, []>('SELECT DISTINCT request_user AS user FROM bodies')
        .all()
      const whole = database.query<{ integrity_check: string }, []>('PRAGMA integrity_check').get()
      database.close()
      expect(whole?.integrity_check).toBe('ok')
      return rows.map(({ user }) => user)
    }
    await until(() => usersOf().includes(`' OR '1'='1`))
    expect((await gateway.ask('/admin/v1/audit')).status).toBe(200)
  })
})
