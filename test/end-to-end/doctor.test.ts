// What the doctor finds out about an address: each check where the provider is well, and where it is not. The provider
// is simulated; the first question, which is streamed, comes before that of the check.
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import type { Behaviour } from '../simulator/behaviour.ts'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { failureOf } from '../failure-of.ts'
import { visit } from './doctor-visit.ts'
import type { VisitReport } from './doctor-visit.ts'

let simulator: Simulator

// A new one for each: what was queued and never asked for must not wait for the next.
beforeEach(async () => {
  simulator = await startSimulator({ models: ['m-large'] })
})
afterEach(() => simulator.stop())

const environment = { SIM_KEY: simulatorKey }

function see(only: string | undefined, model = 'm-large', more = {}): Promise<VisitReport> {
  const url = `${simulator.baseUrl}/v1`
  const checks = only === undefined ? {} : { only }
  return visit({ url, model, apiKey: 'env:SIM_KEY', calls: '1', ...checks, environment, ...more })
}

/** What one check says when the provider behaves like this, once for each call after the first. */
async function verdictOf(check: string, ...behaviours: readonly Behaviour[]): Promise<readonly string[]> {
  simulator.next({}, ...behaviours)
  const { found, code } = await see(check)
  expect(code).toBe(found[check]?.[0] === 'fails' ? 1 : 0)
  return found[check] ?? []
}

const status = (code: number): Behaviour => ({
  fault: { kind: 'status', status: code, body: { kind: 'envelope' } },
})
const saying = (text: string): Behaviour => ({ answer: { text } })

describe('of a stream', () => {
  test.each([
    ['answers', 'ok', 'm-large', 'It answers.'],
    ['answers', 'fails', 'status:500', 'It does not answer: it answered 500'],
    ['answers', 'fails', 'stall-head', 'there was no whole answer after'],
    ['answers', 'fails', 'reset-head', 'it could not be reached'],
    ['answers', 'fails', 'error-event:1', 'it said an error in its answer'],
    ['streams', 'ok', 'gap:5', 'come one after the other'],
    ['streams', 'fails', 'packet:1000', 'comes at once, at its end'],
    ['streams', 'unknown', 'tokens:2+gap:5', 'too short to say'],
    ['first_token', 'ok', 'first-delay:40', 'The first token comes after '],
    ['speed', 'ok', 'gap:5', 'tokens per second'],
    ['speed', 'unknown', 'packet:1000', 'too fast'],
    ['usage_stream', 'ok', 'm-large', 'the count can be true'],
    ['usage_stream', 'fails', 'usage:missing', 'does not tell its tokens (1 of 1)'],
    ['usage_stream', 'fails', 'usage:negative', 'does not tell its tokens'],
    ['ending', 'ok', 'm-large', 'says that it is over'],
    ['ending', 'weak', 'no-done', 'but not the event that ends it'],
    ['ending', 'fails', 'end-after:5', 'without a finish reason'],
    ['ending', 'fails', 'cut-after:5', 'A stream did not end: its answer broke off'],
    ['ending', 'fails', 'error-event:5', 'A stream did not end: it said an error'],
    ['ending', 'fails', 'bad-event:5', 'its answer breaks its format'],
  ])('%s is %s for %s', async (check, verdict, model, words) => {
    const { found, code } = await see(check, model, { timeout: model === 'stall-head' ? '200ms' : '5s' })
    expect(found[check]?.[0]).toBe(verdict)
    expect(found[check]?.[1]).toContain(words)
    expect(code).toBe(verdict === 'fails' ? 1 : 0)
  })

  test('figures are medians of several calls', async () => {
    const { figures } = await see('first_token,speed', 'first-delay:30+gap:5', { calls: '2' })
    expect(figures['first_token']).toMatchObject({ calls: 2 })
    expect(Number(figures['first_token']?.['median_ms'])).toBeGreaterThanOrEqual(29)
    const speed = Number(figures['speed']?.['tokens_per_second'])
    expect(speed).toBeGreaterThan(20)
    expect(speed).toBeLessThanOrEqual(205)
  })

  test('one call of several that is refused is weak', async () => {
    simulator.next({}, status(500))
    const { found } = await see('answers', 'm-large', { calls: '3' })
    expect(found['answers']).toEqual([
      'weak',
      'It answered 2 of 3 calls: it answered 500: The simulator answers 500.',
    ])
  })

  test('a call that is throttled is asked again when it may', async () => {
    const throttled = { kind: 'status', status: 429, body: { kind: 'envelope' } } as const
    simulator.next({ fault: { ...throttled, retryAfter: { seconds: 0 } } })
    expect((await see('answers')).found['answers']?.[0]).toBe('ok')
  })
})

describe('an end that nobody waits for', () => {
  const slow: Behaviour = { delays: { betweenEventsMs: 10 } }

  test('closes the connection, and the provider sees it', async () => {
    expect(await verdictOf('abort', slow)).toEqual(['ok', expect.stringContaining('is answered as usual')])
    expect(simulator.bill.map(({ finish }) => finish)).toContain('aborted-by-client')
  })

  test('fails where the next call is not answered', async () => {
    expect(await verdictOf('abort', slow, status(500))).toEqual(['fails', expect.stringContaining('500')])
  })

  test('is weak where the next call has to wait', async () => {
    expect(await verdictOf('abort', slow, { delays: { beforeFirstEventMs: 1_200 } })).toEqual([
      'weak',
      expect.stringContaining('it may be writing on'),
    ])
  })

  test('is unknown where there was none', async () => {
    expect((await verdictOf('abort', status(503)))[0]).toBe('unknown')
  })
})

describe('of tools', () => {
  const calling = (...texts: readonly string[]): Behaviour => ({
    answer: { toolCalls: texts.map((text) => ({ name: 'get_weather', arguments: text })) },
  })

  test.each<[check: string, verdict: string, words: string, behaviours: readonly Behaviour[]]>([
    ['tools', 'ok', 'with arguments that fit', []],
    ['tools', 'fails', 'it calls none', [calling()]],
    ['tools', 'fails', 'are not JSON', [calling('{"city":')]],
    ['tools', 'weak', 'do not fit', [calling('{"town":"Paris"}')]],
    ['tools', 'fails', 'It takes no tools: it answered 400', [status(400), status(400)]],
    ['tools', 'weak', 'cannot be made to', [status(400)]],
    ['tools', 'unknown', 'it answered 503', [status(503)]],
    ['parallel_tools', 'ok', 'two tools at once', []],
    ['parallel_tools', 'weak', 'one tool at a time', [calling('{"city":"Paris"}')]],
    ['parallel_tools', 'fails', 'it calls none', [calling()]],
    ['parallel_tools', 'fails', 'are not JSON', [calling('{"city":"Paris"}', 'Paris')]],
    ['parallel_tools', 'fails', 'does not take two tools', [status(422)]],
  ])('%s is %s where it %s', async (check, verdict, words, behaviours) => {
    const found = await verdictOf(check, ...behaviours)
    expect(found).toEqual([verdict, expect.stringContaining(words)])
  })
})

describe('of an answer', () => {
  test.each<[check: string, verdict: string, words: string, behaviours: readonly Behaviour[]]>([
    ['usage_whole', 'ok', 'can be true', []],
    ['usage_whole', 'fails', 'does not tell', [{ answer: { usage: 'missing' } }]],
    ['usage_whole', 'unknown', 'No whole answer came', [status(500)]],
    ['json_schema', 'ok', 'keeps to a JSON schema', []],
    ['json_schema', 'fails', 'no JSON', [saying('Paris has many inhabitants.')]],
    ['json_schema', 'fails', 'does not keep', [saying('{"city":"Paris"}')]],
    ['json_schema', 'fails', 'refuses this', [status(400)]],
    ['reasoning', 'ok', 'shows what it thinks', [{ answer: { reasoningTokens: 5 } }]],
    ['reasoning', 'weak', 'tells of no thought', []],
    ['reasoning', 'fails', 'refuses this', [status(400)]],
    ['seed', 'ok', 'same text', []],
    ['seed', 'weak', 'now and then', [saying('A cat.'), saying('A cat.'), saying('A dog.')]],
    ['seed', 'fails', 'another text', [saying('A cat.'), saying('A cow.'), saying('A dog.')]],
    ['stop', 'ok', 'stops before', [saying('alpha bravo ')]],
    ['stop', 'fails', 'goes on', [saying('alpha bravo charlie delta echo')]],
    ['stop', 'weak', 'but says it', [saying('alpha bravo charlie')]],
    ['stop', 'unknown', 'did not write', [saying('No.')]],
    ['max_tokens', 'ok', 'says that it ended there', [{ answer: { tokens: 40 } }]],
    ['max_tokens', 'weak', 'does not say', [{ answer: { tokens: 5 } }]],
    ['max_tokens', 'fails', 'more than the 16 tokens', [{ fault: { kind: 'huge-body', bytes: 5_000 } }]],
    ['max_tokens', 'weak', 'count its thoughts', [{ answer: { tokens: 40, reasoningTokens: 5 } }]],
    ['n', 'ok', 'it gives two', []],
    ['n', 'fails', 'refuses this', [status(400)]],
    ['logprobs', 'ok', 'tells the probabilities', []],
    ['logprobs', 'fails', 'refuses this', [status(400)]],
    ['images', 'ok', 'sees pictures', [saying('It is red.')]],
    ['images', 'weak', 'which colour', []],
    ['images', 'fails', 'refuses this', [status(400)]],
    ['images', 'unknown', 'No answer came', [status(500)]],
  ])('%s is %s where it %s', async (check, verdict, words, behaviours) => {
    expect(await verdictOf(check, ...behaviours)).toEqual([verdict, expect.stringContaining(words)])
  })

  test.each([
    [1, 1],
    [9, 5_000],
    [50_000, 1],
    [9, 0],
  ])('a count of %d and %d tokens cannot be true', async (input, output) => {
    const content = 'The seasons are spring, summer, autumn and winter.'
    const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }]
    const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output }
    using server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: () => Response.json({ model: 'm', choices, usage }),
    })
    const { found } = await visit({ url: `${server.url.href}v1`, model: 'm', only: 'usage_whole' })
    expect(found['usage_whole']).toEqual(['fails', expect.stringContaining('cannot be true')])
  })

  test('what a server only pretends to know fails', async () => {
    const whole = {
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Blue' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 },
    }
    using server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => Response.json(whole) })
    const url = `${server.url.href}v1`
    const { found, code } = await visit({ url, model: 'm', only: 'streams,n,logprobs,tools,usage_whole' })
    expect(code).toBe(1)
    expect(Object.entries(found).map(([check, [verdict]]) => [check, verdict])).toEqual([
      ['answers', 'ok'],
      ['streams', 'fails'],
      ['usage_whole', 'ok'],
      ['tools', 'fails'],
      ['n', 'fails'],
      ['logprobs', 'fails'],
    ])
  })
})

describe('of the model', () => {
  test('a date behind its name is no other model', async () => {
    expect((await see('model')).found['model']?.[0]).toBe('ok')
  })

  test('another one than was asked for fails', async () => {
    const { found, code } = await see('model', 'report:cheap-one')
    expect(found['model']).toEqual(['fails', 'Asked for report:cheap-one, it answers with cheap-one.'])
    expect(code).toBe(1)
  })

  test('one that changes from call to call fails', async () => {
    simulator.next({}, { answer: { reportedModel: 'm-small' } })
    const { found } = await see('model', 'm-large', { calls: '2' })
    expect(found['model']).toEqual([
      'fails',
      'It answers with 2 different models: m-large-2026-11-01, m-small.',
    ])
  })

  test.each<[verdict: string, words: string, behaviour: Behaviour]>([
    ['ok', 'answered 404, and says why', status(404)],
    ['weak', 'answered 418', status(418)],
    ['fails', 'as if it were broken', status(500)],
    ['fails', 'for a model that does not exist', {}],
  ])('unknown_model is %s where it is %s', async (verdict, words, behaviour) => {
    expect(await verdictOf('unknown_model', behaviour)).toEqual([verdict, expect.stringContaining(words)])
  })
})

describe('of the key', () => {
  test('a wrong one is refused', async () => {
    expect((await see('wrong_key')).found['wrong_key']).toEqual([
      'ok',
      'A key that is none is answered 401, and says why.',
    ])
  })

  test('a wrong one that is taken fails', async () => {
    await using open = await startSimulator({ keys: 'any' })
    const url = `${open.baseUrl}/v1`
    const { found } = await visit({ url, model: 'm', apiKey: 'env:SIM_KEY', only: 'wrong_key', environment })
    expect(found['wrong_key']?.[0]).toBe('fails')
  })

  test('none is tried where there is none', async () => {
    await using open = await startSimulator({ keys: 'any' })
    const { found } = await visit({ url: `${open.baseUrl}/v1`, model: 'm', only: 'wrong_key' })
    expect(Object.keys(found)).toEqual(['answers'])
  })
})

describe('the command', () => {
  test('says what it will cost before it asks', async () => {
    const { error } = await see(undefined, 'status:500', { calls: '3' })
    expect(error).toStartWith('Asking status:500 at http://127.0.0.1:')
    expect(error).toContain('about 20 calls and 2760 tokens')
  })

  test('takes the first model of the list where none is named', async () => {
    const { out } = await visit({
      url: `${simulator.baseUrl}/v1`,
      apiKey: 'env:SIM_KEY',
      only: 'answers',
      environment,
    })
    expect(JSON.parse(out).reports[0].deployment).toStartWith('m-large at ')
  })

  test('ends at once when it is interrupted', async () => {
    simulator.setDefault({ fault: { kind: 'stall', at: 'before-head' } })
    const main = new URL('../../src/main.ts', import.meta.url).pathname
    const words = ['doctor', '--url', `${simulator.baseUrl}/v1`, '--model', 'm', '--api-key', 'env:SIM_KEY']
    const env = { PATH: process.env['PATH'] ?? '', ...environment }
    const child = Bun.spawn([process.execPath, '--no-env-file', main, ...words], { env, stderr: 'ignore' })
    await simulator.waitForRequests(1)
    child.kill('SIGINT')
    expect(await child.exited).toBe(130)
  })

  test('prints a table for people, and no key', async () => {
    const { out, error } = await see('answers,model', 'm-large', { json: false })
    expect(out).toContain('  ok       answers  It answers.\n')
    expect(out).toContain('  2 ok. 1 calls, ')
    expect(out + error).not.toContain(simulatorKey)
  })

  test.each<[words: string, options: Parameters<typeof visit>[0]]>([
    ['Name a model, or an address', {}],
    ['not both', { named: 'fast', url: 'http://127.0.0.1:1/v1' }],
    ['--write is for deployments of the config', { url: 'http://127.0.0.1:1/v1', write: true }],
    ['--gateway-suite needs the address', { named: 'fast', gatewaySuite: true }],
    ['There is no check "speeed"', { named: 'fast', only: 'speeed' }],
    ['--calls takes a number from 1 to 100, not "0"', { named: 'fast', calls: '0' }],
    ['--calls takes a number from 1 to 100, not "101"', { named: 'fast', calls: '101' }],
    ['--timeout takes a time such as 30s', { named: 'fast', timeout: '30' }],
    ['--timeout takes a time such as 30s', { named: 'fast', timeout: '61m' }],
    ['names a secret and never holds it', { url: 'http://127.0.0.1:1/v1', apiKey: 'sk-123' }],
    ['is not set', { url: 'http://127.0.0.1:1/v1', apiKey: 'env:NOWHERE' }],
    ['does not exist', { url: 'http://127.0.0.1:1/v1', apiKey: 'file:/nowhere/at/all' }],
    ['it is no URL', { url: 'nowhere' }],
    ['no list of models', { url: 'http://127.0.0.1:1/v1' }],
    [
      '--provider-port takes a number',
      { url: 'http://127.0.0.1:1/v1', gatewaySuite: true, providerPort: '65536' },
    ],
  ])('refuses with "%s"', async (words, options) => {
    expect(String(await failureOf(() => visit({ ...options, config: '/dev/null' })))).toContain(words)
  })
})
