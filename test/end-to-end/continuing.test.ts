// A stream that breaks after content, as the official client reads it: gone on with by another deployment where the config
// says so, or ended by an error.
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { attemptsOf, messages, sdkOf, startFailoverWorld } from './failover-world.ts'
import type { FailoverWorld } from './failover-world.ts'

let world: FailoverWorld

const ending = 'tokens:16+report:m+continues'

function model(name: string, onBreak: string, first: string): string {
  return [
    `  ${name}:`,
    `    on_break: ${onBreak}`,
    '    deployments:',
    `      - { provider: a, model: "tokens:16+report:m+${first}", prefill: on }`,
    `      - { provider: b, model: "${ending}", prefill: on }`,
  ].join('\n')
}

beforeAll(async () => {
  world = await startFailoverWorld(
    [
      model('goes-on', 'continue', 'cut-after:8'),
      model('bad-event', 'continue', 'bad-event:8'),
      model('stays-broken', 'error', 'cut-after:8'),
      `  whole: { deployments: [{ provider: b, model: "${ending}" }] }`,
    ].join('\n'),
    'routing: { failures_in_row: 1000 }',
  )
})

afterAll(() => world[Symbol.asyncDispose]())

beforeEach(() => world.b.mood('healthy'))

interface Read {
  readonly text: string
  readonly finish: string | undefined
  readonly callId: string
  readonly failed: unknown
}

async function read(name: string, headers: Readonly<Record<string, string>> = {}): Promise<Read> {
  const seen = { text: '', finish: undefined as string | undefined, callId: '', failed: undefined as unknown }
  const { data: chunks, response } = await sdkOf(world.gateway)
    .chat.completions.create({ model: name, messages: [...messages], stream: true }, { headers })
    .withResponse()
  seen.callId = response.headers.get('x-request-id') ?? ''
  try {
    for await (const { choices } of chunks) {
      seen.text += choices[0]?.delta.content ?? ''
      seen.finish = choices[0]?.finish_reason ?? seen.finish
    }
  } catch (failure) {
    seen.failed = failure
  }
  return seen
}

test.each(['goes-on', 'bad-event'])('%s: the exact text is read, and no seam', async (name) => {
  const whole = await read('whole')
  const broken = await read(name)
  expect([broken.text, broken.finish, broken.failed]).toEqual([whole.text, 'stop', undefined])
  expect(await attemptsOf(world.gateway, broken.callId)).toEqual(['first a interrupted', 'continuation b ok'])
})

test("the helper of the SDK reads it as one stream's answer", async () => {
  const whole = await read('whole')
  const stream = sdkOf(world.gateway).chat.completions.stream({ model: 'goes-on', messages: [...messages] })
  expect(await stream.finalContent()).toBe(whole.text)
})

test.each([
  ['goes-on', { 'x-sallyport-no-fallback': '1' }],
  ['stays-broken', {}],
])('%s %j: the client is told that it broke, with what it has so far', async (name, headers) => {
  const whole = await read('whole')
  const broken = await read(name, headers)
  expect(whole.text.startsWith(broken.text)).toBe(true)
  expect(broken.text.length).toBeGreaterThan(0)
  expect(broken.failed).toMatchObject({ code: 'stream_interrupted' })
  expect(await attemptsOf(world.gateway, broken.callId)).toEqual(['first a interrupted'])
})

test('the client is told where nobody is there to go on', async () => {
  world.b.next({ fault: { kind: 'status', status: 500, body: { kind: 'envelope' } } })
  const broken = await read('goes-on')
  expect(broken.failed).toMatchObject({ code: 'stream_interrupted' })
  expect(await attemptsOf(world.gateway, broken.callId)).toEqual([
    'first a interrupted',
    'continuation b server_fault',
  ])
})

test('a whole answer that breaks off is asked for elsewhere from its beginning', async () => {
  const create = sdkOf(world.gateway).chat.completions.create({ model: 'goes-on', messages: [...messages] })
  const { data: answer, response } = await create.withResponse()
  const whole = await read('whole')
  expect(answer.choices[0]?.message.content).toBe(whole.text)
  expect(response.headers.get('x-sallyport-deployment')).toBe(`b/${ending}`)
})
