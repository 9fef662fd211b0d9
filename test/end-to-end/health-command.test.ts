// `sallyport health`: what a container asks, in place of curl. It must tell a gateway that serves from one that does not,
// and must not be led astray by a config that somebody is just editing.
import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from './run-command.ts'
import type { Ran } from './run-command.ts'
import { startGateway } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

test('a gateway that runs is healthy and ready, whatever has become of its config', async () => {
  await using gateway = await startGateway({ config: 'discover: off\nserver: { host: 0.0.0.0 }\n' })
  gateway.writeConfig('server: {{{')
  await gateway.logged(({ event }) => event === 'config_refused')
  expect(await health(gateway)).toMatchObject({ code: 0, error: '' })
  expect((await health(gateway, '--ready')).out).toMatch(/^http:\/\/0\.0\.0\.0:\d+\/ready: 200\n$/)
})

test('a gateway that drains is healthy and not ready', async () => {
  await using gateway = await startGateway({ config: 'discover: off\nserver: { drain_delay: 20s }\n' })
  gateway.process.kill('SIGTERM')
  await gateway.logged(({ event }) => event === 'draining')
  expect((await health(gateway)).code).toBe(0)
  expect(await health(gateway, '--ready')).toMatchObject({ code: 1 })
})

test('a gateway that was killed, or has not begun, is neither', async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'sallyport-health-'))
  try {
    const gateway = await startGateway({ dataDirectory })
    await gateway.stop('SIGKILL')
    expect((await health(gateway)).code).toBe(1)
    const ended = await startGateway({ dataDirectory })
    await ended.stop('SIGINT')
    expect(await health(ended)).toMatchObject({ code: 1, error: expect.stringContaining('No gateway') })
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true })
  }
})

function health({ dataDirectory }: RunningGateway, ...words: string[]): Promise<Ran> {
  return runCommand(tmpdir(), ['health', '--data-dir', dataDirectory, ...words], {})
}
