import { describe, expect, test } from 'bun:test'
import { endCalls, hangingHealth, knownHealth, madeHealth, verdicts } from '../../../test/made-health.ts'

describe('load', () => {
  test('a permit is given back at the end, and once', () => {
    const { health } = madeHealth()
    const trial = health.begin(0)
    trial.firstContent(1)
    expect(health.inFlight).toBe(1)
    trial.end(2, 'success')
    trial.end(3, 'failure')
    trial.firstContent(4)
    expect(health.inFlight).toBe(0)
    expect(health.report(4)).toMatchObject({ window: { calls: 1, failures: 0 }, firstTokenMs: { count: 1 } })
  })

  test('refusals and timeouts lower the limit', () => {
    const limits = verdicts.map((verdict) => {
      const { health } = madeHealth()
      endCalls(health, 0, verdict)
      return health.limit
    })
    expect(limits).toEqual([32, 32, 24, 24, 24, 32, 32])
  })

  test('refusals and timeouts are no accepts of the throttle', () => {
    const accepts = verdicts.map((verdict) => {
      const { health } = madeHealth()
      endCalls(health, 0, 'success', 3)
      endCalls(health, 0, verdict)
      return verdict === 'credential' ? 'forgotten' : health.report(0).throttle.accepts
    })
    expect(accepts).toEqual([4, 4, 3, 3, 3, 'forgotten', 4])
  })

  test('calls are held back by chance when most are refused', () => {
    const { health: unlucky } = madeHealth({}, () => 0.79)
    const { health: lucky } = madeHealth({}, () => 0.81)
    for (const health of [unlucky, lucky]) endCalls(health, 0, 'throttled', 4)
    expect([unlucky.availability(0), lucky.availability(0)]).toEqual(['throttled', 'free'])
  })

  test('a burst on a deployment that nothing is known of draws no lots', () => {
    const { health } = madeHealth({}, () => {
      throw new Error('drew lots')
    })
    for (let trial = 0; trial < 31; trial += 1) health.begin(0)
    expect(health.availability(0)).toBe('free')
  })

  test('after an outage the throttle remembers nothing of it, and the limit has not moved', () => {
    const { health } = madeHealth()
    endCalls(health, 0, 'overloaded', 5)
    for (let second = 1; second < 180; second += 1) endCalls(health, second * 1_000, 'overloaded')
    expect(health.limit).toBe(24)
    endCalls(health, 180_000, 'success', 3)
    expect(health.report(180_000)).toMatchObject({ limit: 24, throttle: { calls: 0, refusedShare: 0 } })
  })

  test('the limit follows an open deployment that still serves some, until it serves all again', () => {
    const { health } = madeHealth()
    endCalls(health, 0, 'success', 2)
    endCalls(health, 0, 'overloaded', 5)
    endCalls(health, 1_000, 'overloaded')
    expect([health.standing(1_000), health.limit]).toEqual(['open', 18])
    endCalls(health, 2_000, 'success', 3)
    expect([health.standing(2_000), health.limit]).toEqual(['closed', 24])
  })

  test('an answer that is not streamed has no time to a first token', () => {
    const { health } = madeHealth()
    const trial = health.begin(0, false)
    trial.firstContent(1_000)
    trial.end(1_000, 'success', 100)
    expect(health.firstTokenMs(1_000)).toBeUndefined()
    expect(health.tokensPerSecond(1_000)?.p50).toBeWithin(95, 105)
  })

  test('a pause that was asked for is kept, and the longest counts', () => {
    const { health, changes } = madeHealth()
    health.coolDownUntil(5_000)
    health.coolDownUntil(3_000)
    expect([health.availability(4_999), health.waitMs(4_999)]).toEqual(['cooling', 1])
    expect(health.availability(5_000)).toBe('free')
    expect(changes).toEqual(['closed>cooling retry_after', 'cooling>closed retry_after_over'])
  })
})

describe('a deployment that hangs', () => {
  test('keeps a twentieth of its weight until content comes', () => {
    const { health, trials } = hangingHealth()
    expect([health.standing(2_000), health.share(2_000)]).toEqual(['suspect', 0.05])
    expect(health.availability(2_000)).toBe('free')
    trials[0]?.firstContent(2_000)
    expect([health.standing(2_000), health.share(2_000)]).toEqual(['closed', 1])
  })

  test('is taken out by the first timeout while it is suspect', () => {
    const { health, trials, changes } = hangingHealth()
    trials[0]?.end(5_000, 'timeout')
    expect(health.standing(5_000)).toBe('open')
    expect(changes).toEqual(['closed>suspect no_first_content', 'suspect>open timeout_while_suspect'])
  })

  test('is not taken for one when answers are not streamed', () => {
    const { health } = knownHealth()
    for (let trial = 0; trial < 10; trial += 1) health.begin(1_000, false)
    expect(health.standing(60_000)).toBe('closed')
  })

  test('is cleared by an answer that comes whole', () => {
    const { health } = hangingHealth()
    expect(health.standing(2_000)).toBe('suspect')
    health.begin(2_000, false).end(2_500, 'success')
    expect(health.standing(2_500)).toBe('closed')
  })

  test('is seen again when it hangs again, though the first calls are still to end', () => {
    const { health, trials } = hangingHealth()
    health.eject(2_000, 'operator')
    endCalls(health, 12_000, 'success', 3)
    for (const trial of trials) trial.end(12_000, 'timeout')
    for (let trial = 0; trial < 10; trial += 1) health.begin(13_000)
    expect(health.standing(14_000)).toBe('suspect')
  })

  test('does not seem to go on hanging for calls that wait since before it came back', () => {
    const { health } = hangingHealth()
    health.eject(2_000, 'operator')
    endCalls(health, 12_000, 'success', 3)
    expect(health.standing(20_000)).toBe('closed')
  })

  test('stays suspect though old streams go on and end well', () => {
    const { health } = knownHealth()
    const old = health.begin(500)
    old.firstContent(600)
    for (let trial = 0; trial < 10; trial += 1) health.begin(1_000)
    expect(health.standing(2_000)).toBe('suspect')
    old.end(2_500, 'success')
    expect(health.standing(2_500)).toBe('suspect')
  })
})
