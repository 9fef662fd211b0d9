// What can be called without being told: the demo while there is nothing else, and lists of models that come later.
import { expect, test } from 'bun:test'
import { Discovery } from '../../src/compose/discovery.ts'
import { unkeptPrices } from '../../src/compose/deployment-price.ts'
import { nothingMeasured } from '../../src/compose/measured-capabilities.ts'
import type { ListedProvider } from '../../src/compose/model-directory.ts'
import type { EgressClient } from '../../src/core/egress.ts'
import { systemClock } from '../../src/platform/system-clock.ts'
import { catalogue } from '../../src/providers/catalogue.ts'
import { Log } from '../../src/telemetry/log.ts'
import { configFor, startGateway, testKey } from '../end-to-end/start-gateway.ts'
import type { RunningGateway } from '../end-to-end/start-gateway.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import { openCall, textOf } from './open-call.ts'
import { until } from '../until.ts'
import { failureOf } from '../failure-of.ts'

const keys = 'keys: [{ name: tests, secret: env:TEST_KEY }]'

async function listModels({ url }: RunningGateway): Promise<readonly string[]> {
  const response = await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${testKey}` } })
  const list = (await response.json()) as { readonly data: readonly { readonly id: string }[] }
  return list.data.map(({ id }) => id)
}

/** A way out that leads nowhere, and remembers the ports that somebody wanted. */
function deadEnd(ports: number[]): EgressClient {
  return {
    send: (request, sink) => {
      ports.push(request.place.destination.port)
      queueMicrotask(() => {
        sink.fail({ phase: 'connect', code: 'connect_refused', message: 'nobody is there', stale: false })
      })
      return { pause: () => {}, resume: () => {}, abort: () => {} }
    },
    connections: () => ({ active: 0, idle: 0 }),
    close: () => {},
  }
}

test('the own port is never probed', async () => {
  const local = catalogue.flatMap((provider) => (provider.local === undefined ? [] : [provider.local.port]))
  expect(local.length).toBeGreaterThan(1)
  for (const ownPort of local) {
    const ports: number[] = []
    const discovery = new Discovery({
      egress: () => deadEnd(ports),
      fingerprint: () => '',
      measured: nothingMeasured,
      prices: unkeptPrices(),
      clock: systemClock,
      log: new Log({ write: () => {} }, systemClock, 'json'),
      onChange: () => {},
    })
    await discovery.start({ enabled: true, ownPort, providers: [] })
    discovery.stop()
    expect(ports.toSorted()).toEqual(local.filter((port) => port !== ownPort).toSorted())
  }
})

test('where nothing is found there is the demo, and with discovery off there is nothing', async () => {
  const told: (readonly ListedProvider[])[] = []
  const discovery = new Discovery({
    egress: () => deadEnd([]),
    fingerprint: () => '',
    measured: nothingMeasured,
    prices: unkeptPrices(),
    clock: systemClock,
    log: new Log({ write: () => {} }, systemClock, 'json'),
    onChange: (providers) => told.push(providers),
  })
  await discovery.start({ enabled: true, ownPort: 1, providers: [] })
  expect(told.at(-1)?.map(({ provider, listed }) => [provider.name, ...listed])).toEqual([['demo', 'echo']])
  await discovery.start({ enabled: false, ownPort: 1, providers: [] })
  discovery.stop()
  expect(told.at(-1)).toEqual([])
})

test('the demo answers a new installation, and is gone when the config names a provider', async () => {
  await using simulator = await startSimulator({ keys: 'any' })
  await using gateway = await startGateway({ config: keys })
  await gateway.logged(({ event }) => event === 'models')
  // The machine that runs this may have a model server of its own.
  const isAlone = !gateway.log.some(({ event }) => event === 'local_server_found')
  expect((await listModels(gateway)).includes('demo/echo')).toBe(isAlone)
  if (isAlone) {
    const call = await openCall(gateway.url, { model: 'demo/echo', prompt: 'Is anybody there?' })
    expect((await call.head).headers.get('x-sallyport-demo')).toBe('true')
    expect(await call.ended).toBe('whole')
    expect(textOf(call.body)).toStartWith('You said: Is anybody there?')
  }
  gateway.writeConfig(configFor(`${simulator.baseUrl}/v1`).replace('discover: off', 'discover: on'))
  await gateway.logged(({ event }) => event === 'config_reloaded')
  expect((await listModels(gateway)).includes('demo/echo')).toBe(false)
  const gone = await openCall(gateway.url, { model: 'demo/echo' })
  expect((await gone.head).status).toBe(404)
  await gone.ended
  expect(JSON.parse(gone.body)).toMatchObject({ error: { code: 'model_not_found' } })
  const failed = await openCall(gateway.url, { model: 'sim/status:500', stream: false })
  const { status, headers } = await failed.head
  expect([status >= 500, headers.get('x-sallyport-demo')]).toEqual([true, null])
})

test('the demo is refused as a fallback of a real provider', async () => {
  const models =
    'models: { mixed: { deployments: [{ provider: sim, model: a }, { provider: demo, model: echo }] } }'
  const failure = await failureOf(() => startGateway({ config: configFor('http://127.0.0.1:9/v1', models) }))
  expect(String(failure)).toContain('demo')
})

test('a key in the environment opens a declared provider, and no proxy variable leads astray', async () => {
  await using simulator = await startSimulator({ keys: ['key-of-the-environment'] })
  let proxied = 0
  const proxy = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      open: (socket) => {
        proxied += 1
        socket.end()
      },
      data: () => {},
    },
  })
  const proxyUrl = `http://127.0.0.1:${proxy.port}`
  const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy']
  const environment = {
    OPENAI_API_KEY: 'key-of-the-environment',
    ...Object.fromEntries(names.map((name) => [name, proxyUrl])),
  }
  const providers = `providers: { openai: { api_key: env:OPENAI_API_KEY, base_url: "${simulator.baseUrl}/v1" } }`
  await using gateway = await startGateway({ config: `discover: off\n${providers}\n${keys}`, environment })
  await until(async () => (await listModels(gateway)).includes('openai/sim-small'))
  for (const model of ['openai/sim-small', 'sim-small']) {
    const call = await openCall(gateway.url, { model, stream: false })
    expect((await call.head).status).toBe(200)
    await call.ended
  }
  proxy.stop(true)
  expect(simulator.bill.map(({ key }) => key)).toEqual(['key-of-the-environment', 'key-of-the-environment'])
  expect(proxied).toBe(0)
})

test('nobody waits for a list of models', async () => {
  await using simulator = await startSimulator({ keys: 'any' })
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  // Its list hangs; everything else is the simulator's.
  const slow = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    idleTimeout: 0,
    fetch: async (request) => {
      const { pathname } = new URL(request.url)
      if (pathname.endsWith('/models')) await released
      const body = request.method === 'POST' ? await request.text() : undefined
      return await fetch(`${simulator.baseUrl}${pathname}`, {
        method: request.method,
        headers: request.headers,
        body,
      })
    },
  })
  await using gateway = await startGateway({ config: configFor(`http://127.0.0.1:${slow.port}/v1`) })
  expect(await listModels(gateway)).toEqual([])
  const early = await openCall(gateway.url, { model: 'sim/sim-small' })
  expect((await early.head).status).toBe(200)
  expect(await early.ended).toBe('whole')
  const bare = await openCall(gateway.url, { model: 'sim-small' })
  expect((await bare.head).status).toBe(404)
  release()
  await until(async () => (await listModels(gateway)).includes('sim/sim-small'))
  const late = await openCall(gateway.url, { model: 'sim-small' })
  expect((await late.head).status).toBe(200)
  expect(await late.ended).toBe('whole')
  await slow.stop(true)
})
