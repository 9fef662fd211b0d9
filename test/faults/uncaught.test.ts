// What nobody caught leaves the process in a state that nobody knows: it says goodbye quickly, with everything recorded,
// and its exit code tells whoever starts it again.
import { expect, test } from 'bun:test'
import { configFor, startGateway } from '../end-to-end/start-gateway.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import { recordsOf } from './check-ledger.ts'
import { hurtBy } from './hurtful.ts'
import { openCall } from './open-call.ts'

test.each(['throw', 'reject'] as const)(
  'what nobody catches (%s) ends the process within two seconds, with a typed error and a record for who is inside',
  async (kind) => {
    await using simulator = await startSimulator({ keys: 'any' })
    const config = configFor(`${simulator.baseUrl}/v1`)
    await using gateway = await startGateway({ config, environment: hurtBy(kind) })
    const call = await openCall(gateway.url, { model: 'sim/tokens:10000+gap:20' })
    await call.received('word1')
    gateway.process.kill('SIGUSR2')
    const hurtMs = performance.now()
    expect(await call.ended).toBe('whole')
    expect(call.body).toContain('"code":"shutting_down"')
    expect(await gateway.process.exited).toBe(1)
    expect(performance.now() - hurtMs).toBeLessThan(5_000)
    const uncaught = gateway.log.find(({ event }) => event === 'uncaught')
    expect(uncaught?.['error']).toContain('by a test')
    expect(gateway.log.map(({ event }) => event)).toContain('stopped')
    expect(await recordsOf(gateway)).toHaveLength(1)
  },
  15_000,
)

test('what nobody catches while the process leaves cuts its waiting short', async () => {
  await using simulator = await startSimulator({ keys: 'any' })
  const config = configFor(`${simulator.baseUrl}/v1`).replace('drain_timeout: 20s', 'drain_timeout: 10m')
  await using gateway = await startGateway({ config, environment: hurtBy('throw') })
  const call = await openCall(gateway.url, { model: 'sim/tokens:10000+gap:20' })
  await call.received('word1')
  gateway.process.kill('SIGTERM')
  await gateway.logged(({ event }) => event === 'draining')
  gateway.process.kill('SIGUSR2')
  expect(await call.ended).toBe('whole')
  expect(call.body).toContain('"code":"shutting_down"')
  expect(await gateway.process.exited).toBe(1)
}, 15_000)

test('idle connections are closed when the process stops listening', async () => {
  await using simulator = await startSimulator({ keys: 'any' })
  const config = configFor(`${simulator.baseUrl}/v1`)
  await using gateway = await startGateway({ config })
  const long = await openCall(gateway.url, { model: 'sim/tokens:10000+gap:20' })
  await long.received('word1')
  const idle = await idleConnection(gateway.url)
  gateway.process.kill('SIGTERM')
  await idle.closed
  expect(gateway.process.exitCode).toBeNull()
  long.close()
  expect(await gateway.process.exited).toBe(0)
})

/** Asks once and keeps the connection; the promise inside resolves when the other side closes it. */
async function idleConnection(url: string): Promise<{ readonly closed: Promise<void> }> {
  const { hostname, port } = new URL(url)
  const answered = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<void>()
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      data: () => answered.resolve(),
      close: () => closed.resolve(),
    },
  })
  socket.write(`GET /health HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`)
  await answered.promise
  return { closed: closed.promise }
}
