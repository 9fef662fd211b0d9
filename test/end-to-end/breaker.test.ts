// A deployment that keeps failing is left alone, and comes back by itself: seen from outside, by who is asked.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { until } from '../until.ts'
import { ask, callsAt, failureOf, standing, startFailoverWorld } from './failover-world.ts'
import type { FailoverWorld } from './failover-world.ts'

let world: FailoverWorld

function pair(name: string): string {
  return `  ${name}: { deployments: [{ provider: a, model: ${name} }, { provider: b, model: ${name} }] }`
}

const models = [
  pair('opens'),
  pair('returns'),
  pair('relapses'),
  pair('refused'),
  pair('lasting'),
  '  sole: { deployments: [{ provider: a, model: sole }] }',
  '  none-left: { deployments: [{ provider: c, model: none-left }] }',
].join('\n')

beforeAll(async () => {
  world = await startFailoverWorld(models, 'routing: { ejection: 800ms, slow_start: 0s }')
})

afterAll(() => world[Symbol.asyncDispose]())

beforeEach(() => {
  for (const simulator of [world.a, world.b, world.c]) simulator.mood('healthy')
})

/** Makes calls of a model one after the other; who answered each. */
async function inTurn(model: string, count: number): Promise<readonly (string | null)[]> {
  const answered: (string | null)[] = []
  for (let call = 0; call < count; call++) answered.push((await ask(world.gateway, model)).deployment)
  return answered
}

describe('a deployment that keeps failing', () => {
  test('is left alone after five failures in a row, and no call asks it', async () => {
    world.a.mood('fails-500')
    await inTurn('opens', 5)
    expect(callsAt(world.a, 'opens')).toBe(5)
    const answered = await ask(world.gateway, 'opens')
    expect([answered.deployment, answered.attempts]).toEqual(['b/opens', '1'])
    expect(callsAt(world.a, 'opens')).toBe(5)
    const line = await world.gateway.logged(
      (entry) => entry['deployment'] === 'a/opens' && entry['to'] === 'open',
    )
    expect(line).toMatchObject({ event: 'deployment_changed', from: 'closed', reason: 'failures_in_row' })
  })

  test('is tried again after its time, and after three good calls is asked as before', async () => {
    world.a.mood('fails-500')
    await inTurn('returns', 5)
    await standing(world.gateway, 'a/returns', 'open')
    world.a.mood('healthy')
    await until(async () => (await ask(world.gateway, 'returns')).deployment === 'a/returns')
    await until(async () => {
      await ask(world.gateway, 'returns')
      return world.gateway.log.some(
        (line) => line['deployment'] === 'a/returns' && line['reason'] === 'successes',
      )
    })
    expect(new Set(await inTurn('returns', 5))).toEqual(new Set(['a/returns']))
  })

  test('costs one call an attempt when it is tried too early, and is then left alone for longer', async () => {
    world.a.mood('fails-500')
    await inTurn('relapses', 5)
    const relapsed = (): boolean =>
      world.gateway.log.some(
        (line) => line['deployment'] === 'a/relapses' && line['reason'] === 'probe_failed',
      )
    let calls = 0
    await until(async () => {
      expect((await ask(world.gateway, 'relapses')).deployment).toBe('b/relapses')
      calls += 1
      return relapsed()
    })
    expect(calls).toBeGreaterThan(1)
    expect(callsAt(world.a, 'relapses')).toBe(6)
  })
})

describe('the only deployment of a model, when it keeps failing', () => {
  test('is asked once a second all the same; all other calls are told when to come back', async () => {
    world.a.mood('fails-500')
    // Each call asks it twice; the breaker opens in the third.
    for (let call = 0; call < 3; call++) await failureOf(ask(world.gateway, 'sole'))
    await standing(world.gateway, 'a/sole', 'open')
    const asked = callsAt(world.a, 'sole')
    const failures = await Promise.all(
      Array.from({ length: 20 }, () => failureOf(ask(world.gateway, 'sole'))),
    )
    // Its time may be over meanwhile; then one call has tried it.
    expect(callsAt(world.a, 'sole') - asked).toBeLessThanOrEqual(1)
    const told = failures.filter(({ code }) => code === 'model_unavailable')
    expect(told.length).toBeGreaterThanOrEqual(19)
    for (const failure of told) expect(failure).toMatchObject({ status: 503, retryAfter: '1' })
  })

  test('is good for every call again soon after it is well', async () => {
    world.a.mood('healthy')
    await until(async () => {
      const answered = await ask(world.gateway, 'sole').catch(() => undefined)
      return answered !== undefined
    })
    await until(() =>
      world.gateway.log.some((line) => line['deployment'] === 'a/sole' && line['to'] === 'half_open'),
    )
    await until(async () => {
      await ask(world.gateway, 'sole').catch(() => undefined)
      return world.gateway.log.some((line) => line['deployment'] === 'a/sole' && line['to'] === 'closed')
    })
    for (let call = 0; call < 5; call++) expect((await ask(world.gateway, 'sole')).deployment).toBe('a/sole')
  })
})

describe('a provider that refuses our credential', () => {
  const unauthorized = { fault: { kind: 'status', status: 401, body: { kind: 'envelope' } } } as const

  test('is not asked any more, the operator hears of it, and the client gets an answer', async () => {
    world.a.next(unauthorized)
    expect(await inTurn('refused', 4)).toEqual(Array.from({ length: 4 }, () => 'b/refused'))
    expect(callsAt(world.a, 'refused')).toBe(1)
    const line = await world.gateway.logged((entry) => entry['deployment'] === 'a/refused')
    expect(line).toMatchObject({
      event: 'deployment_changed',
      level: 'error',
      to: 'ejected',
      reason: 'credential_refused',
    })
  })

  test('and has no other beside it leaves a client without a time to come back', async () => {
    world.c.next(unauthorized)
    expect(await failureOf(ask(world.gateway, 'none-left'))).toMatchObject({
      status: 502,
      code: 'provider_auth',
    })
    expect(await failureOf(ask(world.gateway, 'none-left'))).toEqual({
      status: 503,
      code: 'model_unavailable',
      retryAfter: null,
    })
    expect(callsAt(world.c, 'none-left')).toBe(1)
  })
})

describe('a new config', () => {
  const patient = 'routing: { ejection: 1h, ejection_max: 24h, failures_in_row: 2, slow_start: 0s }'

  async function reload(config: string): Promise<void> {
    const { gateway } = world
    const count = gateway.log.filter((line) => line.event === 'config_reloaded').length
    gateway.writeConfig(config)
    await until(() => gateway.log.filter((line) => line.event === 'config_reloaded').length > count)
  }

  test('has settings that hold for the next failures', async () => {
    await reload(world.configWith(models, patient))
    world.a.mood('fails-500')
    await inTurn('lasting', 2)
    await standing(world.gateway, 'a/lasting', 'open')
  })

  test('does not send calls back to what has just failed, whatever it changes', async () => {
    const asked = callsAt(world.a, 'lasting')
    await reload(world.configWith(models.replace('lasting: {', 'lasting: { attempts: 1,'), patient))
    expect(new Set(await inTurn('lasting', 4))).toEqual(new Set(['b/lasting']))
    await reload(world.configWith(models, patient.replace('24h', '12h')))
    expect(new Set(await inTurn('lasting', 4))).toEqual(new Set(['b/lasting']))
    expect(callsAt(world.a, 'lasting')).toBe(asked)
  })

  test('that allows no such long ejection ends it', async () => {
    await reload(world.configWith(models, 'routing: { ejection: 100ms, ejection_max: 1s, slow_start: 0s }'))
    await until(async () => (await ask(world.gateway, 'lasting')).deployment === 'a/lasting')
  })
})

describe('the only deployment of a model, left alone for an hour', () => {
  test('takes one call a second, and three good ones bring it back', async () => {
    const patient = 'routing: { ejection: 1h, ejection_max: 24h, slow_start: 0s }'
    await using lonely = await startFailoverWorld(
      '  m: { deployments: [{ provider: a, model: m }] }',
      patient,
    )
    const { gateway, a } = lonely
    a.mood('fails-500')
    for (let call = 0; call < 3; call++) await failureOf(ask(gateway, 'm'))
    await standing(gateway, 'a/m', 'open')
    a.mood('healthy')
    const asked = callsAt(a, 'm')
    const startMs = performance.now()
    let refused = 0
    await until(async () => {
      const failure = await ask(gateway, 'm').then(
        () => undefined,
        ({ status }: { status?: number }) => status,
      )
      if (failure === 503) refused += 1
      return gateway.log.some((line) => line['deployment'] === 'a/m' && line['to'] === 'closed')
    })
    expect(performance.now() - startMs).toBeGreaterThan(900)
    expect([refused > 10, callsAt(a, 'm') - asked >= 3]).toEqual([true, true])
  })
})
