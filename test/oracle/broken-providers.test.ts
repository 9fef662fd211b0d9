// A provider that breaks its own format, in every dialect before every door: the client is told in its own envelope and
// sees nothing of the broken bytes, and the attempt is on the record as the provider's failure.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { bearer, fiveProviders, startFiveDialects } from '../end-to-end/five-dialects.ts'
import type { FiveDialects } from '../end-to-end/five-dialects.ts'
import { doors } from './doors.ts'
import type { Door } from './doors.ts'

const upstreams = Object.entries(fiveProviders)

let five: FiveDialects

beforeAll(async () => {
  five = await startFiveDialects()
})

afterAll(() => five[Symbol.asyncDispose]())

/** What the simulator's broken answers hold, and no sentence of ours may. */
const broken = /\{"|broken|"ind/

function ask(door: Door, model: string, isStream: boolean): Promise<Response> {
  return five.post(door.pathFor(model, isStream), door.bodyFor(model, isStream), {
    ...bearer,
    'x-sallyport-no-retry': '1',
  })
}

/** The outcomes of a call's attempts, as its record tells. */
async function outcomesOf({ headers: told }: Response): Promise<readonly string[]> {
  const record = await fetch(`${five.gateway.url}/v1/calls/${told.get('x-request-id')}`, { headers: bearer })
  const { attempts } = JSON.parse(await record.text()) as {
    readonly attempts: readonly { readonly outcome: string }[]
  }
  return attempts.map(({ outcome }) => outcome)
}

/** What the last event of a stream says. */
function lastOf(stream: string): string {
  const lines = stream.split(/\r?\n/u).filter((line) => line.startsWith('data: '))
  return lines.at(-1)?.slice('data: '.length) ?? ''
}

describe.each(doors.map((door) => [door.name, door] as const))('the door %s', (_name, door) => {
  test.each(upstreams)('before %s tells of a whole answer that is no JSON', async (_dialect, provider) => {
    const answer = await ask(door, `${provider}/bad-json`, false)
    const told = door.readError(await answer.text())
    expect([answer.status, told.code]).toEqual([502, 'provider_error'])
    expect(told.message).not.toMatch(broken)
    expect(await outcomesOf(answer)).toEqual(['server_fault'])
  })

  test.each(upstreams)(
    'before %s tells of a stream that begins with what is no event',
    async (_dialect, provider) => {
      const answer = await ask(door, `${provider}/bad-event:0`, true)
      const told = door.readError(await answer.text())
      expect([answer.status, told.code]).toEqual([502, 'provider_error'])
      expect(told.message).not.toMatch(broken)
      expect(await outcomesOf(answer)).toEqual(['server_fault'])
    },
  )

  test.each(upstreams)(
    'before %s ends a stream that breaks off into what is no event',
    async (_dialect, provider) => {
      const answer = await ask(door, `${provider}/bad-event:8+tokens:16`, true)
      expect(answer.status).toBe(200)
      const stream = await answer.text()
      const told = door.readError(lastOf(stream))
      expect(told.code).toBe('stream_interrupted')
      expect(told.message).not.toMatch(broken)
      expect(stream).not.toContain('broken')
      expect(await outcomesOf(answer)).toEqual(['interrupted'])
    },
  )
})
