import { describe, expect, test } from 'bun:test'
import { concurrency, endCalls, madeHealth, openHealth, verdicts } from '../../../test/made-health.ts'
import type { DeploymentHealth } from './deployment-health.ts'

describe('failures', () => {
  test('five in a row take a deployment out, and three probes bring it back', () => {
    const { health, changes } = madeHealth()
    endCalls(health, 0, 'failure', 4)
    expect(health.availability(0)).toBe('free')
    endCalls(health, 0, 'failure')
    expect(health.availability(1)).toBe('open')
    expect(health.waitMs(1)).toBe(9_999)
    expect(health.availability(10_000)).toBe('probe')
    endCalls(health, 10_000, 'success', 3)
    expect(health.availability(10_000)).toBe('free')
    expect(changes).toEqual([
      'closed>open failures_in_row',
      'open>half_open ejection_over',
      'half_open>closed successes',
    ])
  })

  test('are what the deployment is to blame for, and nothing else', () => {
    const standings = verdicts.map((verdict) => {
      const { health } = madeHealth()
      endCalls(health, 0, verdict, 5)
      return `${verdict}: ${health.standing(0)}`
    })
    expect(standings).toEqual([
      'success: closed',
      'failure: open',
      'overloaded: open',
      'timeout: open',
      'throttled: closed',
      'credential: ejected',
      'neutral: closed',
    ])
  })

  test('of calls that began before it was taken out say nothing of what came after', () => {
    const { health } = madeHealth()
    const late = Array.from({ length: 20 }, () => health.begin(0))
    endCalls(health, 0, 'failure', 5)
    for (const trial of late.slice(0, 10)) trial.end(9_000, 'timeout')
    expect(health.waitMs(9_000)).toBe(1_000)
    endCalls(health, 10_000, 'success', 3)
    for (const trial of late.slice(10)) trial.end(11_000, 'timeout')
    expect(health.standing(11_000)).toBe('closed')
    expect(health.recentSuccess(11_000)).toBe(1)
    expect(health.inFlight).toBe(0)
  })

  test('make it no destination for calls that fail elsewhere', () => {
    const { health } = madeHealth()
    endCalls(health, 0, 'success', 9)
    endCalls(health, 0, 'failure')
    expect([health.recentSuccess(0), health.isHealthyDestination(0)]).toEqual([0.9, true])
    endCalls(health, 0, 'failure')
    expect(health.isHealthyDestination(0)).toBe(false)
    // One setback may be chance; two in a row are seen before any rate is.
    expect(health.isHealthyDestination(60_000)).toBe(false)
    endCalls(health, 60_000, 'success')
    expect(health.isHealthyDestination(60_000)).toBe(true)
    endCalls(health, 60_000, 'throttled', 2)
    expect(health.isHealthyDestination(60_000)).toBe(false)
    endCalls(health, 60_000, 'success')
    health.coolDownUntil(70_000)
    expect(health.isHealthyDestination(60_000)).toBe(false)
  })

  test('that only the group can see take it out too', () => {
    const { health, changes } = madeHealth()
    health.eject(0, 'outlier')
    health.eject(5_000, 'outlier')
    expect(health.waitMs(5_000)).toBe(5_000)
    expect(changes).toEqual(['closed>open outlier'])
  })
})

describe('a probe', () => {
  test('goes alone, and the first content of its stream is its success', () => {
    const { health } = openHealth()
    const probe = health.begin(10_000)
    expect(health.availability(10_000)).toBe('open')
    probe.firstContent(10_100)
    expect(health.availability(10_100)).toBe('probe')
    for (const nowMs of [10_100, 10_200]) health.begin(nowMs).firstContent(nowMs)
    expect(health.standing(10_200)).toBe('closed')
    probe.end(60_000, 'success')
    expect(health.report(60_000).window.calls).toBe(0)
  })

  test('that ends well has been counted at its first content', () => {
    const { health } = openHealth()
    for (let trial = 0; trial < 2; trial += 1) {
      const probe = health.begin(10_000)
      probe.firstContent(10_000)
      probe.end(10_000, 'success')
    }
    expect(health.standing(10_000)).toBe('half_open')
    endCalls(health, 10_000, 'success')
    expect(health.standing(10_000)).toBe('closed')
  })

  test('that fails after its first content takes it out again', () => {
    const { health } = openHealth()
    const probe = health.begin(10_000)
    probe.firstContent(10_100)
    probe.end(10_200, 'failure')
    expect(health.waitMs(10_200)).toBe(20_000)
  })

  test('that says nothing of the deployment makes room for the next', () => {
    const { health } = openHealth()
    for (const verdict of ['neutral', 'throttled'] as const) {
      const probe = health.begin(10_000)
      expect(health.availability(10_000)).toBe('open')
      probe.end(10_000, verdict)
      expect(health.availability(10_000)).toBe('probe')
    }
  })

  test("is not kept back by calls that hang, except at the operator's cap", () => {
    const { health } = madeHealth({ concurrency: concurrency({ start: 4 }) })
    for (let trial = 0; trial < 4; trial += 1) health.begin(0)
    expect(health.availability(0)).toBe('busy')
    health.eject(0, 'operator')
    expect(health.availability(10_000)).toBe('probe')
    const { health: capped } = madeHealth({ concurrency: concurrency({ fixed: 1 }) })
    capped.begin(0)
    capped.eject(0, 'operator')
    expect([capped.availability(10_000), capped.lastResort(10_000)]).toEqual(['busy', false])
  })
})

describe('the last resort', () => {
  test('is one call a second', () => {
    const { health } = openHealth(0)
    expect([health.lastResort(999), health.lastResort(1_000)]).toEqual([false, true])
    endCalls(health, 1_000, 'failure')
    expect([health.lastResort(1_999), health.lastResort(2_000)]).toEqual([false, true])
    expect(health.report(2_000)).toMatchObject({ ejections: 1, untilMs: 8_000 })
  })

  test('is every call while a tenth of them succeed', () => {
    const { health } = madeHealth()
    endCalls(health, 0, 'success', 1)
    endCalls(health, 0, 'failure', 5)
    endCalls(health, 0, 'failure', 4)
    expect([health.standing(0), health.lastResort(0)]).toEqual(['open', true])
    endCalls(health, 0, 'failure')
    expect(health.lastResort(0)).toBe(false)
  })

  test('closes the breaker with three successes before its time', () => {
    const { health } = openHealth(0)
    endCalls(health, 1_000, 'success', 2)
    expect(health.standing(1_000)).toBe('open')
    endCalls(health, 2_000, 'failure')
    endCalls(health, 3_000, 'success', 3)
    expect(health.standing(3_000)).toBe('closed')
  })

  test('is not a deployment that asked for a pause, nor one that has its hands full', () => {
    const { health } = openHealth(0)
    health.coolDownUntil(60_000)
    expect(health.lastResort(59_999)).toBe(false)
    const { health: busy } = madeHealth({ concurrency: concurrency({ max: 4 }) })
    for (let trial = 0; trial < 4; trial += 1) busy.begin(0)
    expect(busy.lastResort(10_000)).toBe(false)
  })

  test('is also a deployment whose throttle said no', () => {
    const { health } = madeHealth({}, () => 0)
    endCalls(health, 0, 'throttled', 10)
    expect([health.availability(0), health.lastResort(999)]).toEqual(['throttled', false])
    expect([health.availability(1_000), health.lastResort(1_000)]).toEqual(['throttled', true])
  })
})

describe('a refused credential', () => {
  test('takes the deployment out until a probe a day later', () => {
    const { health, changes } = madeHealth()
    endCalls(health, 0, 'credential')
    expect(health.availability(86_399_999)).toBe('ejected')
    expect(health.availability(86_400_000)).toBe('probe')
    const probe = health.begin(86_400_000)
    expect(health.availability(86_400_000)).toBe('ejected')
    probe.end(86_400_000, 'credential')
    expect(health.waitMs(86_400_000)).toBe(86_400_000)
    endCalls(health, 172_800_000, 'success')
    expect(health.availability(172_800_000)).toBe('free')
    expect(changes).toEqual(['closed>ejected credential_refused', 'ejected>closed restored'])
  })

  test('is tried again soon if its probe found out nothing', () => {
    const { health } = madeHealth()
    endCalls(health, 0, 'credential')
    endCalls(health, 86_400_000, 'neutral')
    expect(health.availability(86_459_999)).toBe('ejected')
    expect(health.availability(86_460_000)).toBe('probe')
  })

  test('is forgotten when an operator says so, and calls from before do not bring it back', () => {
    const { health } = madeHealth()
    const late = health.begin(0)
    endCalls(health, 0, 'credential')
    health.restore(0)
    late.end(1, 'credential')
    expect(health.availability(1)).toBe('free')
    health.restore(1)
    expect(health.availability(1)).toBe('free')
  })

  test('is not forgotten for a call that began before', () => {
    const { health } = madeHealth()
    const late = health.begin(0)
    endCalls(health, 0, 'credential')
    late.firstContent(1)
    late.end(2, 'success')
    expect(health.standing(2)).toBe('ejected')
  })

  test('is tried once a second if there is nothing else', () => {
    const { health } = madeHealth()
    endCalls(health, 0, 'success', 20)
    endCalls(health, 0, 'credential')
    expect([health.lastResort(999), health.lastResort(1_000)]).toEqual([false, true])
    health.begin(1_000).firstContent(1_000)
    expect(health.standing(1_000)).toBe('closed')
  })
})

describe('an operator', () => {
  test('lets it in again, whatever kept calls away', () => {
    for (const keepsAway of [
      (health: DeploymentHealth) => endCalls(health, 0, 'failure', 5),
      (health: DeploymentHealth) => endCalls(health, 0, 'credential'),
      (health: DeploymentHealth) => health.coolDownUntil(60_000),
      (health: DeploymentHealth) => health.eject(0, 'operator', 3_600_000),
    ]) {
      const { health, changes } = madeHealth()
      keepsAway(health)
      expect(health.availability(1)).not.toBe('free')
      health.restore(2)
      expect([health.availability(2), health.report(2).reason, health.report(2).ejections]).toEqual([
        'free',
        'restored',
        0,
      ])
      expect(changes.at(-1)).toEndWith('>closed restored')
    }
  })

  test('changes nothing by letting in what is not out', () => {
    const { health, changes } = madeHealth()
    health.restore(0)
    expect([health.share(0), changes]).toEqual([1, []])
  })

  test('keeps it out for exactly so long, also while it is out already, and that counts as no ejection', () => {
    const { health } = madeHealth()
    endCalls(health, 0, 'failure', 5)
    health.eject(1_000, 'operator', 60_000)
    expect([health.waitMs(1_000), health.report(1_000).reason]).toEqual([60_000, 'operator'])
    expect(health.report(1_000).ejections).toBe(1)
    expect([health.availability(60_999), health.availability(61_000)]).toEqual(['open', 'probe'])
  })

  test('sees the last failures, the newest first', () => {
    const { health } = madeHealth()
    for (let atMs = 1; atMs <= 7; atMs += 1) health.failed({ outcome: 'server_fault', status: 500, atMs })
    expect(health.lastFailures.map(({ atMs }) => atMs)).toEqual([7, 6, 5, 4, 3])
  })
})
