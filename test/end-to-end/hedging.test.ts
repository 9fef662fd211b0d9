// A second deployment is asked when the first token is late: who answers, what becomes of the other, and what it may cost.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { until } from '../until.ts'
import { attemptsOf, callsAt, messages, sdkOf, startFailoverWorld } from './failover-world.ts'
import type { FailoverWorld } from './failover-world.ts'

let world: FailoverWorld

const slow = 'first-delay:2000'
const closedWithinMs = 100
/** What two busy cores may add to that. */
const graceMs = 150

/** A model whose first deployment is late, and whose second is not. */
function late(name: string, hedge: string): string {
  return [
    `  ${name}:`,
    `    hedge: ${hedge}`,
    '    deployments:',
    `      - { provider: a, model: "${slow}+report:${name}" }`,
    `      - { provider: b, model: "tokens:3+report:${name}" }`,
  ].join('\n')
}

beforeAll(async () => {
  world = await startFailoverWorld(
    [
      late('earned', '{ after: 100ms }'),
      late('not-asked', 'off'),
      late('unknown', '{}'),
      '  both-fail:',
      '    hedge: { after: 100ms }',
      '    deployments:',
      '      - { provider: a, model: "head-delay:300+status:500" }',
      '      - { provider: b, model: "head-delay:300+status:503" }',
      '      - { provider: c, model: "tokens:3" }',
    ].join('\n'),
  )
})

afterAll(() => world[Symbol.asyncDispose]())

interface SeenStream {
  readonly callId: string
  readonly deployment: string | null
  readonly text: string
  readonly tookMs: number
}

async function stream(model: string): Promise<SeenStream> {
  const startMs = performance.now()
  const { data: chunks, response } = await sdkOf(world.gateway)
    .chat.completions.create({ model, messages: [...messages], stream: true })
    .withResponse()
  let text = ''
  for await (const chunk of chunks) text += chunk.choices[0]?.delta.content ?? ''
  return {
    callId: response.headers.get('x-request-id') ?? '',
    deployment: response.headers.get('x-sallyport-deployment'),
    text,
    tookMs: performance.now() - startMs,
  }
}

/** Twenty ordinary calls earn one that is asked twice. Whole answers are never hedged. */
async function earn(model: string, calls: number): Promise<void> {
  const { chat } = sdkOf(world.gateway)
  const leaving = { 'x-sallyport-timeout-ms': '20' }
  await Promise.allSettled(
    Array.from({ length: calls }, () =>
      chat.completions.create({ model, messages: [...messages] }, { headers: leaving }),
    ),
  )
}

describe('a first token that is late', () => {
  test('is not waited for where the config says so and the calls before have earned it', async () => {
    await earn('earned', 20)
    const winner = await stream('earned')
    expect(winner.deployment).toBe('b/tokens:3+report:earned')
    expect(winner.text).not.toBe('')
    expect(winner.tookMs).toBeLessThan(1_000)

    const lost = world.a.bill.find(
      ({ model, stream: streamed }) => streamed && model === `${slow}+report:earned`,
    )
    const ended = await world.a.waitForEnd(lost?.attemptId ?? '')
    const won = world.b.bill.find(({ model }) => model === 'tokens:3+report:earned')
    expect(ended.finish).toBe('aborted-by-client')
    const closedAfterMs = (ended.clientClosedAtMs ?? Infinity) - (won?.firstEventAtMs ?? 0)
    expect(closedAfterMs).toBeLessThan(closedWithinMs + graceMs)

    const attempts = await attemptsOf(world.gateway, winner.callId)
    expect([...attempts].sort()).toEqual(['first a hedge_loser', 'hedge b ok'])
    const line = await world.gateway.logged(
      (entry) => entry.event === 'call' && entry['call'] === winner.callId,
    )
    expect(line).toMatchObject({ outcome: 'ok', attempts: 2 })
  })

  test('is waited for when too few calls have earned another attempt: one in twenty', async () => {
    const before = callsAt(world.b, 'tokens:3+report:earned')
    await earn('earned', 17)
    // Those 17, what was left of the first 21, and this one itself: a twentieth each, which is one too few.
    const first = await stream('earned')
    expect(first.deployment).toBe(`a/${slow}+report:earned`)
    expect(callsAt(world.b, 'tokens:3+report:earned')).toBe(before)
  })

  test('is waited for where nobody asked for more, or nobody knows yet what is usual', async () => {
    await Promise.all([earn('not-asked', 20), earn('unknown', 20)])
    const both = await Promise.all([stream('not-asked'), stream('unknown')])
    expect(both.map(({ deployment }) => deployment?.slice(0, 2))).toEqual(['a/', 'a/'])
  })
})

test('when both that were asked fail, a third answers', async () => {
  await earn('both-fail', 20)
  await until(() => world.a.bill.every(({ finish }) => finish !== 'open'))
  const answered = await stream('both-fail')
  expect(answered.deployment).toBe('c/tokens:3')
  const attempts = await attemptsOf(world.gateway, answered.callId)
  expect([...attempts].sort()).toEqual(['failover c ok', 'first a server_fault', 'hedge b overloaded'])
})
