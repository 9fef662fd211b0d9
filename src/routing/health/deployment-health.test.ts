import { describe, expect, test } from 'bun:test'
import { DeploymentHealth } from './deployment-health.ts'
import { defaultHealthSettings } from './health-settings.ts'
import type { ConcurrencySettings, HealthSettings } from './health-settings.ts'
import type { Verdict } from '../../core/health.ts'

/** The middle of every draw: an ejection is exactly as long as planned. */
const middle = () => 0.5
const verdicts = [
  'success',
  'failure',
  'overloaded',
  'timeout',
  'throttled',
  'credential',
  'neutral',
] as const satisfies readonly Verdict[]

describe('failures', () => {
  test('five in a row take a deployment out, and three probes bring it back', () => {
    const { health, changes } = made()
    call(health, 0, 'failure', 4)
    expect(health.availability(0)).toBe('free')
    call(health, 0, 'failure')
    expect(health.availability(1)).toBe('open')
    expect(health.waitMs(1)).toBe(9_999)
    expect(health.availability(10_000)).toBe('probe')
    call(health, 10_000, 'success', 3)
    expect(health.availability(10_000)).toBe('free')
    expect(changes).toEqual([
      'closed>open failures_in_row',
      'open>half_open ejection_over',
      'half_open>closed successes',
    ])
  })

  test('are what the deployment is to blame for, and nothing else', () => {
    const standings = verdicts.map((verdict) => {
      const { health } = made()
      call(health, 0, verdict, 5)
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
    const { health } = made()
    const late = Array.from({ length: 20 }, () => health.begin(0))
    call(health, 0, 'failure', 5)
    for (const trial of late.slice(0, 10)) trial.end(9_000, 'timeout')
    expect(health.waitMs(9_000)).toBe(1_000)
    call(health, 10_000, 'success', 3)
    for (const trial of late.slice(10)) trial.end(11_000, 'timeout')
    expect(health.standing(11_000)).toBe('closed')
    expect(health.recentSuccess(11_000)).toBe(1)
    expect(health.inFlight).toBe(0)
  })

  test('make it no destination for calls that fail elsewhere', () => {
    const { health } = made()
    call(health, 0, 'success', 9)
    call(health, 0, 'failure')
    expect([health.recentSuccess(0), health.isHealthyDestination(0)]).toEqual([0.9, true])
    call(health, 0, 'failure')
    expect(health.isHealthyDestination(0)).toBe(false)
    // One setback may be chance; two in a row are seen before any rate is.
    expect(health.isHealthyDestination(60_000)).toBe(false)
    call(health, 60_000, 'success')
    expect(health.isHealthyDestination(60_000)).toBe(true)
    call(health, 60_000, 'throttled', 2)
    expect(health.isHealthyDestination(60_000)).toBe(false)
    call(health, 60_000, 'success')
    health.coolDownUntil(70_000)
    expect(health.isHealthyDestination(60_000)).toBe(false)
  })

  test('that only the group can see take it out too', () => {
    const { health, changes } = made()
    health.eject(0, 'outlier')
    health.eject(5_000, 'outlier')
    expect(health.waitMs(5_000)).toBe(5_000)
    expect(changes).toEqual(['closed>open outlier'])
  })
})

describe('a probe', () => {
  test('goes alone, and the first content of its stream is its success', () => {
    const { health } = opened()
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
    const { health } = opened()
    for (let trial = 0; trial < 2; trial += 1) {
      const probe = health.begin(10_000)
      probe.firstContent(10_000)
      probe.end(10_000, 'success')
    }
    expect(health.standing(10_000)).toBe('half_open')
    call(health, 10_000, 'success')
    expect(health.standing(10_000)).toBe('closed')
  })

  test('that fails after its first content takes it out again', () => {
    const { health } = opened()
    const probe = health.begin(10_000)
    probe.firstContent(10_100)
    probe.end(10_200, 'failure')
    expect(health.waitMs(10_200)).toBe(20_000)
  })

  test('that says nothing of the deployment makes room for the next', () => {
    const { health } = opened()
    for (const verdict of ['neutral', 'throttled'] as const) {
      const probe = health.begin(10_000)
      expect(health.availability(10_000)).toBe('open')
      probe.end(10_000, verdict)
      expect(health.availability(10_000)).toBe('probe')
    }
  })

  test("is not kept back by calls that hang, except at the operator's cap", () => {
    const { health } = made({ concurrency: concurrency({ start: 4 }) })
    for (let trial = 0; trial < 4; trial += 1) health.begin(0)
    expect(health.availability(0)).toBe('busy')
    health.eject(0, 'operator')
    expect(health.availability(10_000)).toBe('probe')
    const { health: capped } = made({ concurrency: concurrency({ fixed: 1 }) })
    capped.begin(0)
    capped.eject(0, 'operator')
    expect([capped.availability(10_000), capped.lastResort(10_000)]).toEqual(['busy', false])
  })
})

describe('the last resort', () => {
  test('is one call a second', () => {
    const { health } = opened(0)
    expect([health.lastResort(999), health.lastResort(1_000)]).toEqual([false, true])
    call(health, 1_000, 'failure')
    expect([health.lastResort(1_999), health.lastResort(2_000)]).toEqual([false, true])
    expect(health.report(2_000)).toMatchObject({ ejections: 1, untilMs: 8_000 })
  })

  test('is every call while a tenth of them succeed', () => {
    const { health } = made()
    call(health, 0, 'success', 1)
    call(health, 0, 'failure', 5)
    call(health, 0, 'failure', 4)
    expect([health.standing(0), health.lastResort(0)]).toEqual(['open', true])
    call(health, 0, 'failure')
    expect(health.lastResort(0)).toBe(false)
  })

  test('closes the breaker with three successes before its time', () => {
    const { health } = opened(0)
    call(health, 1_000, 'success', 2)
    expect(health.standing(1_000)).toBe('open')
    call(health, 2_000, 'failure')
    call(health, 3_000, 'success', 3)
    expect(health.standing(3_000)).toBe('closed')
  })

  test('is not a deployment that asked for a pause, nor one that has its hands full', () => {
    const { health } = opened(0)
    health.coolDownUntil(60_000)
    expect(health.lastResort(59_999)).toBe(false)
    const { health: busy } = made({ concurrency: concurrency({ max: 4 }) })
    for (let trial = 0; trial < 4; trial += 1) busy.begin(0)
    expect(busy.lastResort(10_000)).toBe(false)
  })

  test('is also a deployment whose throttle said no', () => {
    const { health } = made({}, () => 0)
    call(health, 0, 'throttled', 10)
    expect([health.availability(0), health.lastResort(999)]).toEqual(['throttled', false])
    expect([health.availability(1_000), health.lastResort(1_000)]).toEqual(['throttled', true])
  })
})

describe('a refused credential', () => {
  test('takes the deployment out until a probe a day later', () => {
    const { health, changes } = made()
    call(health, 0, 'credential')
    expect(health.availability(86_399_999)).toBe('ejected')
    expect(health.availability(86_400_000)).toBe('probe')
    const probe = health.begin(86_400_000)
    expect(health.availability(86_400_000)).toBe('ejected')
    probe.end(86_400_000, 'credential')
    expect(health.waitMs(86_400_000)).toBe(86_400_000)
    call(health, 172_800_000, 'success')
    expect(health.availability(172_800_000)).toBe('free')
    expect(changes).toEqual(['closed>ejected credential_refused', 'ejected>closed restored'])
  })

  test('is tried again soon if its probe found out nothing', () => {
    const { health } = made()
    call(health, 0, 'credential')
    call(health, 86_400_000, 'neutral')
    expect(health.availability(86_459_999)).toBe('ejected')
    expect(health.availability(86_460_000)).toBe('probe')
  })

  test('is forgotten when an operator says so, and calls from before do not bring it back', () => {
    const { health } = made()
    const late = health.begin(0)
    call(health, 0, 'credential')
    health.restore(0)
    late.end(1, 'credential')
    expect(health.availability(1)).toBe('free')
    health.restore(1)
    expect(health.availability(1)).toBe('free')
  })

  test('is not forgotten for a call that began before', () => {
    const { health } = made()
    const late = health.begin(0)
    call(health, 0, 'credential')
    late.firstContent(1)
    late.end(2, 'success')
    expect(health.standing(2)).toBe('ejected')
  })

  test('is tried once a second if there is nothing else', () => {
    const { health } = made()
    call(health, 0, 'success', 20)
    call(health, 0, 'credential')
    expect([health.lastResort(999), health.lastResort(1_000)]).toEqual([false, true])
    health.begin(1_000).firstContent(1_000)
    expect(health.standing(1_000)).toBe('closed')
  })
})

describe('load', () => {
  test('a permit is given back at the end, and once', () => {
    const { health } = made()
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
      const { health } = made()
      call(health, 0, verdict)
      return health.limit
    })
    expect(limits).toEqual([32, 32, 24, 24, 24, 32, 32])
  })

  test('refusals and timeouts are no accepts of the throttle', () => {
    const accepts = verdicts.map((verdict) => {
      const { health } = made()
      call(health, 0, 'success', 3)
      call(health, 0, verdict)
      return verdict === 'credential' ? 'forgotten' : health.report(0).throttle.accepts
    })
    expect(accepts).toEqual([4, 4, 3, 3, 3, 'forgotten', 4])
  })

  test('calls are held back by chance when most are refused', () => {
    const { health: unlucky } = made({}, () => 0.79)
    const { health: lucky } = made({}, () => 0.81)
    for (const health of [unlucky, lucky]) call(health, 0, 'throttled', 4)
    expect([unlucky.availability(0), lucky.availability(0)]).toEqual(['throttled', 'free'])
  })

  test('a burst on a deployment that nothing is known of draws no lots', () => {
    const { health } = made({}, () => {
      throw new Error('drew lots')
    })
    for (let trial = 0; trial < 31; trial += 1) health.begin(0)
    expect(health.availability(0)).toBe('free')
  })

  test('after an outage the throttle remembers nothing of it, and the limit has not moved', () => {
    const { health } = made()
    call(health, 0, 'overloaded', 5)
    for (let second = 1; second < 180; second += 1) call(health, second * 1_000, 'overloaded')
    expect(health.limit).toBe(24)
    call(health, 180_000, 'success', 3)
    expect(health.report(180_000)).toMatchObject({ limit: 24, throttle: { calls: 0, refusedShare: 0 } })
  })

  test('the limit follows an open deployment that still serves some, until it serves all again', () => {
    const { health } = made()
    call(health, 0, 'success', 2)
    call(health, 0, 'overloaded', 5)
    call(health, 1_000, 'overloaded')
    expect([health.standing(1_000), health.limit]).toEqual(['open', 18])
    call(health, 2_000, 'success', 3)
    expect([health.standing(2_000), health.limit]).toEqual(['closed', 24])
  })

  test('an answer that is not streamed has no time to a first token', () => {
    const { health } = made()
    const trial = health.begin(0, false)
    trial.firstContent(1_000)
    trial.end(1_000, 'success', 100)
    expect(health.firstTokenMs(1_000)).toBeUndefined()
    expect(health.tokensPerSecond(1_000)?.p50).toBeWithin(95, 105)
  })

  test('a pause that was asked for is kept, and the longest counts', () => {
    const { health, changes } = made()
    health.coolDownUntil(5_000)
    health.coolDownUntil(3_000)
    expect([health.availability(4_999), health.waitMs(4_999)]).toEqual(['cooling', 1])
    expect(health.availability(5_000)).toBe('free')
    expect(changes).toEqual(['closed>cooling retry_after', 'cooling>closed retry_after_over'])
  })
})

describe('a deployment that hangs', () => {
  test('keeps a twentieth of its weight until content comes', () => {
    const { health, trials } = hanging()
    expect([health.standing(2_000), health.share(2_000)]).toEqual(['suspect', 0.05])
    expect(health.availability(2_000)).toBe('free')
    trials[0]?.firstContent(2_000)
    expect([health.standing(2_000), health.share(2_000)]).toEqual(['closed', 1])
  })

  test('is taken out by the first timeout while it is suspect', () => {
    const { health, trials, changes } = hanging()
    trials[0]?.end(5_000, 'timeout')
    expect(health.standing(5_000)).toBe('open')
    expect(changes).toEqual(['closed>suspect no_first_content', 'suspect>open timeout_while_suspect'])
  })

  test('is not taken for one when answers are not streamed', () => {
    const { health } = known()
    for (let trial = 0; trial < 10; trial += 1) health.begin(1_000, false)
    expect(health.standing(60_000)).toBe('closed')
  })

  test('is cleared by an answer that comes whole', () => {
    const { health } = hanging()
    expect(health.standing(2_000)).toBe('suspect')
    health.begin(2_000, false).end(2_500, 'success')
    expect(health.standing(2_500)).toBe('closed')
  })

  test('is seen again when it hangs again, though the first calls are still to end', () => {
    const { health, trials } = hanging()
    health.eject(2_000, 'operator')
    call(health, 12_000, 'success', 3)
    for (const trial of trials) trial.end(12_000, 'timeout')
    for (let trial = 0; trial < 10; trial += 1) health.begin(13_000)
    expect(health.standing(14_000)).toBe('suspect')
  })

  test('does not seem to go on hanging for calls that wait since before it came back', () => {
    const { health } = hanging()
    health.eject(2_000, 'operator')
    call(health, 12_000, 'success', 3)
    expect(health.standing(20_000)).toBe('closed')
  })

  test('stays suspect though old streams go on and end well', () => {
    const { health } = known()
    const old = health.begin(500)
    old.firstContent(600)
    for (let trial = 0; trial < 10; trial += 1) health.begin(1_000)
    expect(health.standing(2_000)).toBe('suspect')
    old.end(2_500, 'success')
    expect(health.standing(2_500)).toBe('suspect')
  })
})

function made(settings: Partial<HealthSettings> = {}, random = middle) {
  const health = new DeploymentHealth({ ...defaultHealthSettings, ...settings }, random)
  const changes: string[] = []
  health.onChange = (from, to, reason) => void changes.push(`${from}>${to} ${reason}`)
  return { health, changes }
}

function concurrency(settings: Partial<ConcurrencySettings>): ConcurrencySettings {
  return { ...defaultHealthSettings.concurrency, ...settings }
}

/** Taken out at 0, by calls of which none is longer ago than that. */
function opened(nowMs = 0) {
  const parts = made()
  call(parts.health, nowMs, 'failure', 5)
  return parts
}

/** Its first contents come in a tenth of a second. */
function known() {
  const parts = made()
  for (let nowMs = 0; nowMs < 20; nowMs += 1) {
    const trial = parts.health.begin(nowMs)
    trial.firstContent(nowMs + 100)
    trial.end(nowMs + 200, 'success')
  }
  return parts
}

function hanging() {
  const parts = known()
  const trials = Array.from({ length: 10 }, () => parts.health.begin(1_000))
  return { ...parts, trials }
}

function call(health: DeploymentHealth, nowMs: number, verdict: Verdict, times = 1): void {
  for (let trial = 0; trial < times; trial += 1) health.begin(nowMs).end(nowMs, verdict)
}

describe('an operator', () => {
  test('lets it in again, whatever kept calls away', () => {
    for (const keepsAway of [
      (health: DeploymentHealth) => call(health, 0, 'failure', 5),
      (health: DeploymentHealth) => call(health, 0, 'credential'),
      (health: DeploymentHealth) => health.coolDownUntil(60_000),
      (health: DeploymentHealth) => health.eject(0, 'operator', 3_600_000),
    ]) {
      const { health, changes } = made()
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
    const { health, changes } = made()
    health.restore(0)
    expect([health.share(0), changes]).toEqual([1, []])
  })

  test('keeps it out for exactly so long, also while it is out already, and that counts as no ejection', () => {
    const { health } = made()
    call(health, 0, 'failure', 5)
    health.eject(1_000, 'operator', 60_000)
    expect([health.waitMs(1_000), health.report(1_000).reason]).toEqual([60_000, 'operator'])
    expect(health.report(1_000).ejections).toBe(1)
    expect([health.availability(60_999), health.availability(61_000)]).toEqual(['open', 'probe'])
  })

  test('sees the last failures, the newest first', () => {
    const { health } = made()
    for (let atMs = 1; atMs <= 7; atMs += 1) health.failed({ outcome: 'server_fault', status: 500, atMs })
    expect(health.lastFailures.map(({ atMs }) => atMs)).toEqual([7, 6, 5, 4, 3])
  })
})
