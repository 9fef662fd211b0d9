// Several workers behind one port, as their clients and operators see them: one gateway, whichever of them answers.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { at, listAt, textAt } from '../json-at.ts'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { until } from '../until.ts'
import { runCommand } from './run-command.ts'
import { configFor, startGateway, testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

const operatorKey = 'key-of-the-operators-0123456789'
/** With two workers, so many connections end at one alone once in a hundred thousand times. */
const connections = 18
let simulator: Simulator
/** Of the tests that leave it as it was. */
let shared: RunningGateway
let gateway: RunningGateway | undefined

beforeAll(async () => {
  simulator = await startSimulator({ default: { answer: { tokens: 40 }, delays: { betweenEventsMs: 5 } } })
  shared = await startWorkers()
})

afterAll(async () => {
  await shared.stop('SIGKILL')
  await simulator.stop()
})

afterEach(async () => {
  await gateway?.stop('SIGKILL')
  gateway = undefined
})

describe('two workers', () => {
  test('both answer, and the metrics are those of both, whichever is asked', async () => {
    const { url } = shared
    for (let made = 0; made < connections; made += 1) expect((await call(url)).status).toBe(200)
    const text = await (await ask(url, '/metrics')).text()
    const counts = [...text.matchAll(/^sallyport_calls_total\{worker="(\d)".* (\d+)$/gm)]
    expect(counts.map(([, worker]) => worker)).toEqual(['1', '2'])
    expect(counts.reduce((sum, [, , count]) => sum + Number(count), 0)).toBe(connections)
    expect(text).toContain('sallyport_worker_up{worker="2"} 1\n')
    expect(text).toContain('process_resident_memory_bytes{worker="supervisor"} ')
    expect(text.match(/^# TYPE sallyport_calls_in_flight gauge$/gm)).toHaveLength(1)
  })

  test('what one of them did is found through either: the call, its trace, the response that was kept', async () => {
    const { url } = shared
    const traced = await call(url, { 'x-sallyport-trace': '1' })
    const callId = traced.headers.get('x-request-id') ?? ''
    const response = await fetch(`${url}/v1/responses`, {
      ...once({ 'content-type': 'application/json' }),
      method: 'POST',
      body: JSON.stringify({ model: 'sim/m', input: 'Hello' }),
    })
    const id = textAt(await response.json(), 'id')
    const goesOn = await fetch(`${url}/v1/responses`, {
      ...once({ 'content-type': 'application/json' }),
      method: 'POST',
      body: JSON.stringify({ model: 'sim/m', input: 'And then?', previous_response_id: id }),
    })
    expect(goesOn.status).toBe(200)
    const statuses = async (path: string, key?: string): Promise<number[]> => {
      const answers = await Promise.all(Array.from({ length: connections }, () => ask(url, path, key)))
      return [...new Set(answers.map(({ status }) => status))]
    }
    expect(await statuses(`/v1/responses/${id}`)).toEqual([200])
    expect(await statuses(`/v1/calls/${callId}`)).toEqual([200])
    expect(await statuses(`/admin/v1/calls/${callId}/trace`, operatorKey)).toEqual([200])
    expect(await statuses('/v1/calls/call_of_nobody_at_all')).toEqual([404])
    expect(await statuses('/admin/v1/calls/call_of_nobody_at_all/trace', operatorKey)).toEqual([404])
  })

  test('a deployment is seen as a whole, and what an operator does to it is done in both', async () => {
    const { url } = shared
    for (let made = 0; made < connections; made += 1) await call(url)
    const path = '/admin/v1/deployments/sim/m'
    const seen = at(await (await ask(url, path, operatorKey)).json(), 'data', 0)
    expect(seen).toMatchObject({ state: 'closed', window: { success: 1 } })
    expect((await ask(url, `${path}/eject?seconds=60`, operatorKey, 'POST')).status).toBe(200)
    const standing = /^sallyport_deployment_standing\{worker="(\d)",provider="sim".*state="(\w+)"\} 1$/gm
    const standings = async (): Promise<string[][]> => {
      const text = await (await ask(url, '/metrics')).text()
      return [...text.matchAll(standing)].map(([, worker = '', state = '']) => [worker, state])
    }
    expect(await standings()).toEqual([
      ['1', 'open'],
      ['2', 'open'],
    ])
    expect((await ask(url, `${path}/restore`, operatorKey, 'POST')).status).toBe(200)
    expect((await standings()).map(([, state]) => state)).not.toContain('open')
    const trail = await (await ask(url, '/admin/v1/audit', operatorKey)).json()
    const acts = listAt(trail, 'data').map((entry) => at(entry, 'action'))
    expect(acts.filter((action) => String(action).startsWith('deployment.'))).toHaveLength(2)
  })

  test('a key that one of them makes opens both, and one that it revokes opens neither a moment later', async () => {
    const { url } = shared
    const made = await fetch(`${url}/admin/v1/keys`, {
      ...once({ authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' }),
      method: 'POST',
      body: JSON.stringify({ name: 'new' }),
    })
    const key = await made.json()
    const [id, secret] = [textAt(key, 'id'), textAt(key, 'secret')]
    const statuses = async (): Promise<number[]> => {
      const answers = await Promise.all(
        Array.from({ length: connections }, () => ask(url, '/v1/models', secret)),
      )
      return [...new Set(answers.map(({ status }) => status))]
    }
    expect(await statuses()).toEqual([200])
    expect((await ask(url, `/admin/v1/keys/${id}`, operatorKey, 'DELETE')).ok).toBe(true)
    // Whoever goes on trying it is slowed down.
    await until(async () => !(await statuses()).includes(200))
  })

  test('one that is killed is followed by another', async () => {
    const running = await startOwn()
    const [victim] = await workersOf(running)
    process.kill(Number(victim), 'SIGKILL')
    const ended = await running.logged(({ event }) => event === 'worker_ended')
    expect(ended).toMatchObject({ level: 'error', signal: 'SIGKILL', restart_in_ms: 100 })
    await until(() => listens(running, ended['worker']) === 2)
    for (let made = 0; made < connections; made += 1) expect((await call(running.url)).status).toBe(200)
    const text = await (await ask(running.url, '/metrics')).text()
    expect(text).toContain(`sallyport_worker_restarts_total{worker="${String(ended['worker'])}"} 1\n`)
  })

  test('a change of the config reaches both, and is written down once', async () => {
    const running = await startOwn()
    running.writeConfig(configWith('log: { level: debug }'))
    process.kill(running.process.pid, 'SIGHUP')
    for (const worker of [1, 2]) {
      await running.logged((line) => line.event === 'config_reloaded' && line['worker'] === worker)
    }
    const trail = await (await ask(running.url, '/admin/v1/audit', operatorKey)).json()
    const acts = listAt(trail, 'data').map((entry) => at(entry, 'action'))
    expect(acts.filter((action) => action === 'config.reload').length).toBeGreaterThanOrEqual(1)
    const noted = running.log.filter((line) => line.event === 'audit' && line['action'] === 'config.reload')
    expect(new Set(noted.map((line) => line['worker']))).toEqual(new Set([1]))
  })
})

describe('the end', () => {
  test('asked to end, they finish what is under way, and nothing is left', async () => {
    const running = await startOwn()
    const pids = await workersOf(running)
    const streams = await Promise.all(
      Array.from({ length: 6 }, () => call(running.url, {}, { stream: true })),
    )
    running.process.kill('SIGTERM')
    const texts = await Promise.all(streams.map((stream) => stream.text()))
    for (const text of texts) expect(text).toEndWith('data: [DONE]\n\n')
    expect(await running.process.exited).toBe(0)
    expect(pids.filter(isAlive)).toEqual([])
    expect(
      running.log.filter(({ event }) => event === 'stopped').map((line) => line['worker']),
    ).toContainValues([1, 2])
    expect(existsSync(join(running.dataDirectory, 'running.json'))).toBe(false)
  })

  test('workers whose supervisor is gone end by themselves', async () => {
    const running = await startOwn()
    const pids = await workersOf(running)
    running.process.kill('SIGKILL')
    await until(() => pids.filter(isAlive).length === 0)
  })

  test('the health of all is asked like that of one', async () => {
    const running = shared
    const words = ['health', '--ready', '--data-dir', running.dataDirectory]
    expect(await runCommand(tmpdir(), words)).toMatchObject({ code: 0, error: '' })
  })
})

describe('what cannot be', () => {
  test('a port that somebody has is not shared with strangers', async () => {
    const running = shared
    const port = new URL(running.url).port
    const ran = await runCommand(tmpdir(), [
      'start',
      '--workers=2',
      `--port=${port}`,
      `--data-dir=${join(running.dataDirectory, 'other')}`,
    ])
    expect(ran).toMatchObject({ code: 1, error: expect.stringContaining('another process listens there') })
  })

  test('a first worker that cannot begin ends all with its own words', async () => {
    const folder = tmpdir()
    const ran = await runCommand(folder, [
      'start',
      '--workers',
      '2',
      '--port',
      '0',
      '--data-dir',
      '/dev/null/x',
    ])
    expect(ran).toMatchObject({ code: 1, error: expect.stringContaining('data directory') })
  })

  test.each(['0', '65', 'many', '1.5'])('%p workers are refused', async (workers) => {
    const ran = await runCommand(tmpdir(), ['start', '--workers', workers, '--data-dir', '/dev/null/x'])
    expect(ran).toMatchObject({ code: 1, error: expect.stringContaining('--workers takes a number') })
  })
})

function configWith(more: string): string {
  return configFor(`${simulator.baseUrl}/v1`, more)
    .replace('keys: [', 'keys: [{ name: ops, secret: env:OPS_KEY, scopes: [admin] }, ')
    .replace('server: {', 'server: { workers: 2,')
}

/** Both take calls. */
async function startWorkers(): Promise<RunningGateway> {
  const environment = { SIM_KEY: simulatorKey, OPS_KEY: operatorKey }
  const running = await startGateway({ config: configWith(''), environment })
  await until(() => listens(running, 1) > 0 && listens(running, 2) > 0)
  return running
}

async function startOwn(): Promise<RunningGateway> {
  gateway = await startWorkers()
  return gateway
}

function listens({ log }: RunningGateway, worker: unknown): number {
  return log.filter((line) => line.event === 'listening' && line['worker'] === worker).length
}

/** On a connection of its own, so that any of them may get it. */
function once(headers: Readonly<Record<string, string>>): RequestInit {
  return {
    keepalive: false,
    headers: { authorization: `Bearer ${testKey}`, connection: 'close', ...headers },
  }
}

function ask(url: string, path: string, key = testKey, method = 'GET'): Promise<Response> {
  return fetch(url + path, { ...once({ authorization: `Bearer ${key}` }), method })
}

function call(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  more: object = {},
): Promise<Response> {
  const body = { model: 'sim/m', messages: [{ role: 'user', content: 'Hello' }], ...more }
  return fetch(`${url}/v1/chat/completions`, {
    ...once({ 'content-type': 'application/json', ...headers }),
    method: 'POST',
    body: JSON.stringify(body),
  })
}

async function workersOf({ process: { pid } }: RunningGateway): Promise<readonly string[]> {
  const children = await Bun.file(`/proc/${pid}/task/${pid}/children`).text()
  return children.trim().split(' ')
}

/** What has ended and was not collected yet does nothing more. */
function isAlive(pid: string): boolean {
  try {
    process.kill(Number(pid), 0)
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
