import { unkeptPrices } from './deployment-price.ts'
import { describe, expect, test } from 'bun:test'
import { VirtualClock } from '../../test/virtual-clock.ts'
import type { EgressClient } from '../core/egress.ts'
import { DeploymentHealth } from '../routing/health/deployment-health.ts'
import { defaultHealthSettings } from '../routing/health/health-settings.ts'
import { findProvider } from '../providers/catalogue.ts'
import type { Provider } from '../providers/provider.ts'
import type { AskedList } from './ask-model-list.ts'
import { beatEachMs, Heartbeats } from './heartbeats.ts'
import { nothingMeasured } from './measured-capabilities.ts'
import { networkProvider } from './provider-set.ts'
import type { ReadyProvider } from './provider-set.ts'

const list: AskedList = { status: 200, names: ['m'] }
const nobody: AskedList = { status: 0, names: undefined }
const broken: AskedList = { status: 500, names: undefined }
const unknownPath: AskedList = { status: 404, names: undefined }

interface Kind {
  readonly place?: 'here' | 'hosted'
  readonly heartbeat?: 'on' | 'off' | 'auto'
  readonly hasList?: boolean
  /** Minutes where nothing is said: only a list can end that within a test. */
  readonly ejectionMs?: number
}

const nobodyIsCalled: EgressClient = {
  send: () => {
    throw new Error('nothing is sent here')
  },
  connections: () => ({ active: 0, idle: 0 }),
  close: () => {},
}

function providerOf({ place = 'here', heartbeat = 'auto', hasList = true }: Kind): ReadyProvider {
  const provider = findProvider('openai-compatible')
  if (provider === undefined) throw new Error('there is no such provider')
  const { answers } = provider.paths
  const listed: Provider = { ...provider, paths: hasList ? { answers, models: '/models' } : { answers } }
  return networkProvider(
    {
      name: 'p',
      origin: 'declared',
      provider: listed,
      baseUrl: place === 'here' ? 'http://127.0.0.1:8000/v1' : 'https://models.example.com/v1',
      keys: [{ reveal: () => 'key', name: 'env:KEY', weight: 1 }],
      models: undefined,
      heartbeat,
    },
    {
      egress: nobodyIsCalled,
      fingerprint: () => 'account',
      measured: nothingMeasured,
      prices: unkeptPrices(),
    },
  )
}

class Bench {
  readonly clock = new VirtualClock()
  readonly health: DeploymentHealth
  readonly changes: string[] = []
  readonly heartbeats: Heartbeats
  answer: AskedList = list
  asked = 0

  constructor(kind: Kind = {}) {
    const provider = providerOf(kind)
    const ejectionBaseMs = kind.ejectionMs ?? 200_000
    this.health = new DeploymentHealth({ ...defaultHealthSettings, ejectionBaseMs }, () => 0.5)
    this.heartbeats = new Heartbeats({
      clock: this.clock,
      random: () => 0.5,
      pulses: () => [{ provider, healths: [this.health] }],
      ask: async () => {
        this.asked += 1
        return this.answer
      },
      changed: (name, to) => this.changes.push(`${name} ${to}`),
    })
    this.heartbeats.start()
  }

  async rounds(count: number): Promise<void> {
    for (let round = 0; round < count; round += 1) {
      this.clock.advance(beatEachMs)
      // What was asked has been answered by then.
      await Promise.resolve()
      await Promise.resolve()
    }
  }

  /** So many calls fail now, one after the other. */
  fail(calls = 5): void {
    const nowMs = this.clock.nowMs()
    for (let call = 0; call < calls; call += 1) this.health.begin(nowMs, false).end(nowMs, 'failure')
  }

  get standing(): string {
    return this.health.standing(this.clock.nowMs())
  }
}

describe('a deployment that is left alone', () => {
  test('is tried out after two lists in a row, and its ejections are remembered', async () => {
    const bench = new Bench({ place: 'hosted' })
    bench.fail()
    expect(bench.standing).toBe('open')
    await bench.rounds(1)
    expect(bench.standing).toBe('open')
    await bench.rounds(1)
    expect(bench.standing).toBe('half_open')
    expect(bench.health.report(bench.clock.nowMs()).ejections).toBe(1)
  })

  test('needs two more lists when its trial fails', async () => {
    const bench = new Bench({ place: 'hosted' })
    bench.fail()
    await bench.rounds(2)
    bench.fail(1)
    expect(bench.standing).toBe('open')
    await bench.rounds(1)
    expect(bench.standing).toBe('open')
    await bench.rounds(1)
    expect(bench.standing).toBe('half_open')
  })

  test('stays so when the second answer is none', async () => {
    const bench = new Bench({ place: 'hosted' })
    bench.fail()
    await bench.rounds(1)
    bench.answer = nobody
    await bench.rounds(1)
    bench.answer = list
    await bench.rounds(1)
    expect(bench.standing).toBe('open')
  })

  test('by an operator, or as an outlier, stays so as long as was said', async () => {
    const bench = new Bench({ place: 'hosted' })
    bench.health.eject(0, 'operator', 3_600_000)
    await bench.rounds(5)
    expect([bench.standing, bench.asked]).toEqual(['open', 5])
  })

  test('is asked after while it cools down, which ends no pause', async () => {
    const bench = new Bench({ place: 'hosted' })
    bench.health.coolDownUntil(35_000)
    await bench.rounds(3)
    expect([bench.standing, bench.asked]).toEqual(['cooling', 3])
    await bench.rounds(3)
    expect([bench.standing, bench.asked]).toEqual(['closed', 3])
  })
})

describe('a server of our own that nobody calls', () => {
  test('is left alone after three questions without an answer, and tried out when it is back', async () => {
    const bench = new Bench()
    bench.answer = nobody
    await bench.rounds(2)
    expect(bench.standing).toBe('closed')
    await bench.rounds(1)
    expect(bench.health.report(bench.clock.nowMs()).reason).toBe('heartbeat')
    await bench.rounds(5)
    expect(bench.changes).toEqual(['p silent'])
    bench.answer = list
    await bench.rounds(2)
    expect([bench.standing, ...bench.changes]).toEqual(['half_open', 'p silent', 'p answers'])
  })

  test('is left alone for as long as it does not answer', async () => {
    const bench = new Bench({ ejectionMs: 15_000 })
    bench.answer = nobody
    await bench.rounds(3)
    for (let round = 0; round < 12; round += 1) {
      await bench.rounds(1)
      expect(bench.standing).toBe('open')
    }
    expect(bench.changes).toEqual(['p silent'])
  })

  test('is not judged by a list that it never had', async () => {
    for (const answer of [broken, unknownPath, { status: 200, names: undefined }]) {
      const bench = new Bench()
      bench.answer = answer
      await bench.rounds(10)
      expect([bench.standing, bench.changes]).toEqual(['closed', []])
    }
  })

  test('is by one that it used to have', async () => {
    const bench = new Bench()
    await bench.rounds(1)
    bench.answer = broken
    await bench.rounds(3)
    expect(bench.standing).toBe('open')
  })

  test('is not asked while calls tell how it is, nor for half a minute after', async () => {
    const bench = new Bench()
    const trial = bench.health.begin(0, false)
    await bench.rounds(5)
    trial.end(bench.clock.nowMs(), 'success')
    expect(bench.asked).toBe(0)
    bench.health.begin(bench.clock.nowMs(), false).end(bench.clock.nowMs(), 'success')
    await bench.rounds(3)
    expect(bench.asked).toBe(0)
    await bench.rounds(1)
    expect(bench.asked).toBe(1)
  })
})

describe('a provider', () => {
  test('elsewhere is not asked while it is well, unless the config wants it', async () => {
    const hosted = new Bench({ place: 'hosted' })
    const wanted = new Bench({ place: 'hosted', heartbeat: 'on' })
    await hosted.rounds(4)
    wanted.answer = nobody
    await wanted.rounds(3)
    expect([hosted.asked, wanted.asked, wanted.standing]).toEqual([0, 3, 'open'])
  })

  test('is never asked where the config wants none of it, or where it has no list', async () => {
    for (const kind of [{ heartbeat: 'off' }, { hasList: false }] as const) {
      const bench = new Bench(kind)
      bench.fail()
      await bench.rounds(3)
      expect(bench.asked).toBe(0)
    }
  })

  test('is asked no more after the end', async () => {
    const bench = new Bench()
    await bench.rounds(1)
    bench.heartbeats.stop()
    await bench.rounds(3)
    expect([bench.asked, bench.clock.pending]).toEqual([1, 0])
  })
})
