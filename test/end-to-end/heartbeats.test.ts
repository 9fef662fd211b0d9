// Heartbeats over real sockets: a server that goes away and comes back is noticed without a call. Time is a value here, for
// the rounds are ten seconds apart.
import { unkeptPrices } from '../../src/compose/deployment-price.ts'
import { expect, test } from 'bun:test'
import { askModelList } from '../../src/compose/ask-model-list.ts'
import { beatEachMs, beatTimeoutMs, Heartbeats } from '../../src/compose/heartbeats.ts'
import { nothingMeasured } from '../../src/compose/measured-capabilities.ts'
import { networkProvider } from '../../src/compose/provider-set.ts'
import { findProvider } from '../../src/providers/catalogue.ts'
import { DeploymentHealth } from '../../src/routing/health/deployment-health.ts'
import { defaultHealthSettings } from '../../src/routing/health/health-settings.ts'
import { testClient } from '../egress-client.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import { until } from '../until.ts'

test('a local server that goes away is left alone without a call, and tried out when it is back', async () => {
  await using simulator = await startSimulator({ keys: 'any' })
  using client = testClient()
  const { egress, clock } = client
  const found = findProvider('vllm')
  if (found === undefined) throw new Error('the catalogue has no such server')
  const provider = networkProvider(
    {
      name: 'office',
      origin: 'declared',
      provider: found,
      baseUrl: `${simulator.baseUrl}/v1`,
      keys: [],
      models: undefined,
      heartbeat: 'auto',
    },
    { egress, fingerprint: () => '', measured: nothingMeasured, prices: unkeptPrices() },
  )
  const health = new DeploymentHealth({ ...defaultHealthSettings, ejectionBaseMs: 200_000 }, () => 0.5)
  const changes: string[] = []
  let answered = 0
  const heartbeats = new Heartbeats({
    clock,
    random: () => 0.5,
    pulses: () => [{ provider, healths: [health] }],
    ask: async (asked) => {
      const list = await askModelList(asked, beatTimeoutMs, { egress, clock })
      answered += 1
      return list
    },
    changed: (name, to) => changes.push(`${name} ${to}`),
  })
  heartbeats.start()
  const rounds = async (count: number): Promise<void> => {
    for (let round = 0; round < count; round += 1) {
      const before = answered
      clock.advance(beatEachMs)
      await until(() => answered > before)
    }
  }
  await rounds(2)
  expect(simulator.requests.map(({ path }) => path)).toEqual(['/v1/models', '/v1/models'])
  simulator.mood('refuses')
  await rounds(3)
  expect([health.standing(clock.nowMs()), changes]).toEqual(['open', ['office silent']])
  simulator.mood('healthy')
  await rounds(2)
  expect(health.standing(clock.nowMs())).toBe('half_open')
  expect(changes).toEqual(['office silent', 'office answers'])
  heartbeats.stop()
})
