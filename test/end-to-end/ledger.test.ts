// What a call cost, wherever one may look: the answer's headers, the record, the log and the metrics.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { at } from '../json-at.ts'
import { bearer, startFiveDialects } from './five-dialects.ts'
import type { FiveDialects } from './five-dialects.ts'

let world: FiveDialects

beforeAll(async () => {
  world = await startFiveDialects({
    more: [
      'models:',
      '  priced:',
      '    deployments:',
      '      - { provider: chat, model: "tokens:9+cached:2", price: { input: 3, cached_input: 0.3, output: 15, discount: 50 } }',
      '  unknown: { deployments: [{ provider: chat, model: "tokens:9" }] }',
      '  moved:',
      '    deployments:',
      '      - { provider: chat, model: "stall-head", timeout: 1s, price: { input: 1000, output: 0 } }',
      '      - { provider: claude, model: "tokens:2", priority: 2, price: { input: 1, output: 1 } }',
      '  boasts:',
      '    deployments:',
      '      - { provider: chat, model: "usage:huge", price: { input: 0, output: 1 } }',
    ],
  })
})

afterAll(async () => await world[Symbol.asyncDispose]())

async function ask(model: string, stream = false): Promise<Headers> {
  const messages = [{ role: 'user', content: 'one two three four' }]
  const answer = await world.post('/v1/chat/completions', { model, messages, stream })
  await answer.text()
  expect(answer.status).toBe(200)
  return answer.headers
}

async function callOf(headers: Headers): Promise<Record<string, unknown>> {
  const url = `${world.gateway.url}/v1/calls/${headers.get('x-request-id')}`
  const answer = await fetch(url, { headers: bearer })
  return (await answer.json()) as Record<string, unknown>
}

describe('what a call cost', () => {
  test('stands in a header of a whole answer, in its record, in the log and in the metrics', async () => {
    const headers = await ask('priced')
    const call = await callOf(headers)
    const input = Number(at(call, 'attempts', 0, 'usage', 'input_tokens'))
    const list = (input - 2) * 3_000 + 2 * 300 + 9 * 15_000
    expect(call).toMatchObject({
      cost_nano_dollars: list / 2,
      list_nano_dollars: list,
      charged_nano_dollars: list / 2,
      attempts: [
        {
          cost_nano_dollars: list / 2,
          charged_nano_dollars: list / 2,
          price_version: expect.stringMatching(/^price_[0-9a-f]{24}$/),
          usage: { source: 'final', cached_input_tokens: 2 },
        },
      ],
    })
    expect(headers.get('x-sallyport-cost')).toBe((list / 2 / 1e9).toFixed(9).replace(/0+$/, ''))
    const line = await world.gateway.logged(({ call: id }) => id === call['id'])
    expect(line['cost']).toBe(list / 2 / 1e9)
    const metrics = await (await fetch(`${world.gateway.url}/metrics`, { headers: bearer })).text()
    expect(metrics).toContain('sallyport_cost_dollars_total{provider="chat"}')
  })

  test('of a stream stands in its record', async () => {
    const headers = await ask('priced', true)
    expect(headers.get('x-sallyport-cost')).toBeNull()
    expect(Number((await callOf(headers))['cost_nano_dollars'])).toBeGreaterThan(60_000)
  })

  test('is the same for whoever names the deployment itself', async () => {
    const [named, itself] = [await ask('priced'), await ask('chat/tokens:9+cached:2')]
    expect(itself.get('x-sallyport-cost')).toBe(named.get('x-sallyport-cost'))
  })

  test('is told as unknown where the price is not known', async () => {
    const headers = await ask('unknown')
    expect(headers.get('x-sallyport-cost')).toBeNull()
    expect(await callOf(headers)).toMatchObject({
      cost_nano_dollars: null,
      attempts: [{ cost_nano_dollars: null, price_version: null }],
    })
  })

  test('is the operator’s as far as a deployment was asked in vain', async () => {
    const headers = await ask('moved')
    const call = await callOf(headers)
    const [vain, good] = [at(call, 'attempts', 0), at(call, 'attempts', 1)]
    expect(vain).toMatchObject({ outcome: 'timeout', charged_nano_dollars: 0 })
    expect(Number(at(vain, 'cost_nano_dollars'))).toBeGreaterThan(0)
    expect(at(good, 'charged_nano_dollars')).toBe(at(good, 'cost_nano_dollars'))
    expect(call['charged_nano_dollars']).toBe(at(good, 'cost_nano_dollars'))
    expect(Number(headers.get('x-sallyport-cost')) * 1e9).toBeCloseTo(Number(call['charged_nano_dollars']), 3)
    const line = await world.gateway.logged(({ call: id }) => id === call['id'])
    expect(Number(line['cost'])).toBeGreaterThan(Number(line['charged']))
  })

  test('does not follow a count that cannot be', async () => {
    const call = await callOf(await ask('boasts', true))
    expect(at(call, 'attempts', 0, 'usage', 'source')).toBe('observed')
    expect(Number(call['cost_nano_dollars'])).toBeLessThan(100_000)
  })
})
