// A process that died is started again with whatever stands in its config by then: it goes on with what worked. Whoever
// starts one on purpose is told what is wrong.
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGateway } from '../end-to-end/start-gateway.ts'
import type { RunningGateway } from '../end-to-end/start-gateway.ts'
import { until } from '../until.ts'

const good =
  'discover: off\nserver: { drain_delay: 0s }\nproviders: { demo: {} }\nmodels: { fast: { deployments: [{ provider: demo, model: demo }] } }\n'
const bad = 'discover: off\nserver: { prot: 1 }\n'
let folder: string
let configPath: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-last-good-'))
  configPath = join(folder, 'sallyport.yaml')
  writeFileSync(configPath, good)
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

function start(...more: readonly string[]): Promise<RunningGateway> {
  const dataDirectory = join(folder, 'data')
  return startGateway({ dataDirectory, arguments: ['--config', configPath, ...more] })
}

function refusal(...more: readonly string[]): Promise<string> {
  return start(...more).then(
    () => 'it started',
    (failure: unknown) => String(failure),
  )
}

async function crash(gateway: RunningGateway): Promise<void> {
  await gateway.logged(({ event }) => event === 'models')
  await gateway.stop('SIGKILL')
}

test('after a crash a bad config is replaced by the last that worked, loudly, and a mended file is taken over', async () => {
  await crash(await start())
  writeFileSync(configPath, bad)
  await using gateway = await start()
  const refused = await gateway.logged(({ event }) => event === 'config_refused')
  expect(refused['problems']).toContain('server.prot')
  expect(refused['in_use']).toMatch(/^that of \d{4}-\d\d-\d\dT/)
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text()
  expect(metrics).toContain('sallyport_config_reloads_total{result="refused"} 1')
  writeFileSync(configPath, `${good}log: { level: info }\n`)
  await gateway.logged(({ event }) => event === 'config_reloaded')
  await until(() => keptText().includes('level: info'))
})

test('a config that is gone counts as a bad one', async () => {
  await crash(await start())
  rmSync(configPath)
  await using gateway = await start()
  expect((await gateway.logged(({ event }) => event === 'config_refused'))['problems']).toContain(
    'does not exist',
  )
})

test('after an end that was asked for a bad config is refused, and the message says what is kept', async () => {
  const gateway = await start()
  await gateway.logged(({ event }) => event === 'models')
  expect(await gateway.stop('SIGTERM')).toBe(0)
  writeFileSync(configPath, bad)
  const told = await refusal()
  expect(told).toContain('server.prot')
  expect(told).toContain('--last-good')
  await using again = await start('--last-good')
  expect(again.url).toStartWith('http')
})

test('beside a process that lives a bad config is refused too', async () => {
  await using gateway = await start()
  await gateway.logged(({ event }) => event === 'models')
  writeFileSync(configPath, bad)
  expect(await refusal()).toContain('--last-good')
})

test('with --no-last-good a crash changes nothing', async () => {
  await crash(await start())
  writeFileSync(configPath, bad)
  const told = await refusal('--no-last-good')
  expect(told).toContain('server.prot')
  expect(told).not.toContain('--last-good')
})

test('what is kept of another file, or was cut, is not used', async () => {
  await crash(await start())
  const elsewhere = join(folder, 'other.yaml')
  writeFileSync(elsewhere, bad)
  expect(await refusal('--config', elsewhere)).not.toContain('worked on')
  writeFileSync(configPath, bad)
  writeFileSync(join(folder, 'data', 'last-good.json'), keptText().slice(0, 20))
  expect(await refusal()).not.toContain('worked on')
})

test('a reload that is refused is not kept, one that is taken over is', async () => {
  await using gateway = await start()
  writeFileSync(configPath, bad)
  await gateway.logged(({ event }) => event === 'config_refused')
  expect(keptText()).toContain('fast')
  writeFileSync(configPath, good.replace('fast', 'quick'))
  await gateway.logged(({ event }) => event === 'config_reloaded')
  await until(() => keptText().includes('quick'))
})

function keptText(): string {
  return readFileSync(join(folder, 'data', 'last-good.json'), 'utf8')
}
