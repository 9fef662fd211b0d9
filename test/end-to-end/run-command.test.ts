// `sallyport run` as a person uses it: real processes, the official client with its defaults, the simulated provider.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { runCommand } from './run-command.ts'
import type { Ran } from './run-command.ts'
import { startGateway } from './start-gateway.ts'

const main = new URL('../../src/main.ts', import.meta.url).pathname
const child = new URL('run-child.ts', import.meta.url).pathname

let simulator: Simulator
let folder = ''

beforeAll(async () => {
  simulator = await startSimulator({ models: ['m-large'] })
})

afterAll(async () => {
  await simulator.stop()
})

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-run-'))
  writeConfig(9)
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Port 9 is one where nobody listens. */
function writeConfig(port: number): void {
  writeFileSync(join(folder, 'sallyport.yaml'), configText(port))
}

function configText(port: number): string {
  return [
    'discover: off',
    `server: { port: ${port}, drain_delay: 0s }`,
    `providers: { sim: { type: openai-compatible, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY } }`,
    '',
  ].join('\n')
}

const environment = { SIM_KEY: simulatorKey, OPENAI_API_KEY: 'sk-operators-own-key' }

function sallyport(...words: string[]): Promise<Ran> {
  return runCommand(folder, words, environment)
}

/** The program of the tests behind the gateway. */
function runChild(...words: string[]): Promise<Ran> {
  return sallyport('run', '--', process.execPath, '--no-env-file', child, ...words)
}

async function variables(...words: string[]): Promise<ReadonlyMap<string, string>> {
  const { out } = await runCommand(folder, ['run', ...words, '--', 'env'], {
    ...environment,
    ANTHROPIC_API_KEY: 'sk-ant-operator',
    ANTHROPIC_AUTH_TOKEN: 'operators-token',
    CLAUDE_CODE_USE_BEDROCK: '1',
    COPY_OF_A_KEY: 'sk-operators-own-key',
    HTTPS_PROXY: 'http://proxy.example:3128',
    NO_PROXY: 'intranet',
    KEPT: 'a=b',
  })
  return new Map(out.split('\n').map((line) => [line.split('=')[0] ?? '', line.replace(/^[^=]*=/, '')]))
}

/** A program of this name in the folder, which prints its words and some variables. */
function writeProgram(name: string): string {
  const path = join(folder, name)
  writeFileSync(
    path,
    '#!/bin/sh\nfor word in "$@"; do echo "$word"; done\nenv | grep "^ANTHROPIC\\|^GOOGLE_API"\n',
  )
  chmodSync(path, 0o755)
  return path
}

describe('a command behind the gateway', () => {
  test('calls with the defaults of its SDK, and what it used is said at the end', async () => {
    const { code, out, error } = await runChild('sim/m-large', 'sim/m-small', 'sim/m-large', 'exit-7')
    const [first = '', second = '', third = ''] = out.split('\n')
    expect(code).toBe(7)
    expect(first).toMatch(/^sim\/m-large: \d+\+\d+$/)
    const [large, small] = [tokensOf(first, third), tokensOf(second)]
    const total = tokensOf(first, second, third)
    const lines = error.split('\n').map((line) => line.replaceAll(/ +/g, ' '))
    expect(lines[0]).toMatch(/^sallyport: a gateway for this run is on http:\/\/127\.0\.0\.1:\d+$/)
    expect(lines[1]).toMatch(/^sallyport: bun(\.exe)? made 3 calls in [\d.]+ s\.$/)
    expect(lines.slice(2)).toEqual([
      ' MODEL CALLS INPUT CACHED OUTPUT DOLLARS',
      ` sim/m-large 2 ${large.input} 0 ${large.output} ?`,
      ` sim/m-small 1 ${small.input} 0 ${small.output} ?`,
      ` total 3 ${total.input} 0 ${total.output} ?`,
      ' the price of 3 attempts is not known',
      '',
    ])
  })

  test('leaves no key behind, and the first start still makes its own', async () => {
    expect((await runChild('sim/m-large')).code).toBe(0)
    expect((await sallyport('keys', 'list')).out).toBe('')
    await using gateway = await startGateway({
      config: configText(0),
      dataDirectory: join(folder, '.sallyport'),
      environment,
    })
    await gateway.logged(({ event }) => event === 'models')
    await gateway.stop()
    expect(gateway.printed.join('\n')).toContain('This is the first start')
  })

  test('says which attempts failed', async () => {
    const { out, error } = await runChild('sim/status-500')
    expect(out).toBe('sim/status-500: 502\n')
    expect(error).toContain('made 1 call')
    expect(error).toContain('  2 attempts failed\n')
  })

  test('has its own standard input and output, and nothing else is written there', async () => {
    const words = [process.execPath, '--no-env-file', main, 'run', '--', 'cat']
    const process_ = Bun.spawn(words, {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', ...environment },
      stdin: new TextEncoder().encode('what I typed'),
      stdout: 'pipe',
      stderr: 'pipe',
    })
    expect(await new Response(process_.stdout).text()).toBe('what I typed')
    expect(await new Response(process_.stderr).text()).toContain('sallyport: cat made no call')
    expect(await process_.exited).toBe(0)
  })

  test('keeps its own words, and --quiet leaves the output to it', async () => {
    const script = 'for word in "$@"; do echo "$word"; done; echo mine >&2'
    const { out, error } = await sallyport(
      'run',
      '--quiet',
      '--',
      'sh',
      '-c',
      script,
      'x',
      '--',
      '--models',
      '-q',
    )
    expect([out, error]).toEqual(['--\n--models\n-q\n', 'mine\n'])
  })

  test('may call only what --models allows', async () => {
    const words = ['run', '--models', 'sim/m-large', '--', process.execPath, '--no-env-file', child]
    const { out } = await sallyport(...words, 'sim/m-large', 'sim/m-small')
    expect(out).toMatch(/^sim\/m-large: \d+\+\d+\nsim\/m-small: 40[34]\n$/)
  })

  test('writes the log of its gateway where --log says', async () => {
    await sallyport('run', '--log', 'run.log', '--', process.execPath, '--no-env-file', child, 'sim/m-large')
    const log = await Bun.file(join(folder, 'run.log')).text()
    expect(log).toContain('"event":"listening"')
    expect(log).toContain('"event":"call"')
  })
})

describe('the environment of a command', () => {
  test('leads every SDK to the gateway', async () => {
    const found = await variables()
    const url = found.get('SALLYPORT_URL') ?? ''
    const secret = found.get('SALLYPORT_KEY') ?? ''
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(secret).toMatch(/^sp_\w+$/)
    const expected = {
      OPENAI_BASE_URL: `${url}/v1`,
      OPENAI_API_BASE: `${url}/v1`,
      OPENAI_API_KEY: secret,
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_API_KEY: secret,
      GOOGLE_GEMINI_BASE_URL: url,
      GEMINI_API_KEY: secret,
      GOOGLE_API_KEY: secret,
      NO_PROXY: 'intranet,127.0.0.1',
      KEPT: 'a=b',
    }
    for (const [name, value] of Object.entries(expected))
      expect([name, found.get(name)]).toEqual([name, value])
  })

  test('holds no key of the operator, whatever it is called', async () => {
    const found = await variables()
    for (const name of ['SIM_KEY', 'COPY_OF_A_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_USE_BEDROCK']) {
      expect([name, found.get(name)]).toEqual([name, undefined])
    }
    expect([...found.values()].filter((value) => /operator|simulator/.test(value))).toEqual([])
  })

  test('is what Claude Code asks nobody about', async () => {
    const { out } = await sallyport('run', '--', writeProgram('claude'), '-p', 'hi')
    const lines = out.trimEnd().split('\n').toSorted()
    expect(lines[0]).toBe('-p')
    expect(lines.join('\n')).toMatch(/ANTHROPIC_AUTH_TOKEN=sp_\w+\nANTHROPIC_BASE_URL=http/)
    expect(out).not.toContain('ANTHROPIC_API_KEY')
  })

  test('is not enough for Codex, which gets words', async () => {
    const { out } = await sallyport('run', '--', writeProgram('codex'), 'exec', 'hi')
    expect(out).toMatch(
      /^-c\nmodel_provider="sallyport"\n-c\nmodel_providers\.sallyport=\{.*base_url="http:\/\/127\.0\.0\.1:\d+\/v1",env_key="OPENAI_API_KEY",wire_api="responses"\}\nexec\nhi\n/,
    )
  })
})

describe('the end of a command', () => {
  test.each([
    [['sh', '-c', 'exit 3'], 3],
    [['sh', '-c', 'kill -TERM $$'], 143],
    [['no-such-program-anywhere'], 127],
    [['/'], 126],
  ])('is the end of the run: %j', async (words, expected) => {
    const { code } = await sallyport('run', '--', ...words)
    expect(code).toBe(expected)
    expect((await sallyport('keys', 'list')).out).toBe('')
  })

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('is its own affair when %s comes', async (signal) => {
    const running = await startRun('sim/m-large', 'wait')
    running.process.kill(signal)
    const { code, out, error } = await running.ended
    expect([code, out.split('\n').at(-2)]).toEqual([5, `got ${signal}`])
    expect(error).toContain('made 1 call')
    expect((await sallyport('keys', 'list')).out).toBe('')
  })

  test('a killed run leaves a key that ends within a day', async () => {
    const running = await startRun('wait')
    const childId = running.childId()
    running.process.kill('SIGKILL')
    await running.process.exited
    process.kill(childId, 'SIGKILL')
    const tomorrow = new Date(Date.now() + 24 * 3_600_000).toISOString().slice(0, 10)
    expect((await sallyport('keys', 'list')).out).toMatch(
      new RegExp(`^\\w{8}  run-bun\\S* +\\w{4} +valid until ${tomorrow} `, 'm'),
    )
  })
})

describe('a gateway that runs already', () => {
  test('serves the command, and the sum is the same', async () => {
    const dataDirectory = join(folder, '.sallyport')
    await using gateway = await startGateway({ config: configText(0), dataDirectory, environment })
    writeConfig(Number(new URL(gateway.url).port))
    const { code, out, error } = await runChild('sim/m-large', 'sim/m-large')
    expect([code, out.split('\n').length]).toEqual([0, 3])
    expect(error).toStartWith(`sallyport: using the gateway on ${gateway.url}\n`)
    expect(error).toMatch(/made 2 calls in/)
    expect(error).not.toContain('not in this sum')
    expect(gateway.log.filter(({ event }) => event === 'call').length).toBe(2)
    // Its key is gone there, too, within a second or two.
    const secret = (await variables()).get('SALLYPORT_KEY') ?? ''
    const headers = { authorization: `Bearer ${secret}` }
    let status = 200
    while (status === 200) {
      status = (await fetch(`${gateway.url}/v1/models`, { headers })).status
      await Bun.sleep(20)
    }
    expect(status).toBe(401)
  })

  test('with other keys is left alone', async () => {
    await using gateway = await startGateway({ config: configText(0), environment })
    writeConfig(Number(new URL(gateway.url).port))
    const { out, error } = await runChild('sim/m-large')
    expect(out).toMatch(/^sim\/m-large: \d+\+\d+\n$/)
    expect(error).toContain(`(the one on ${gateway.url} does not use the keys in ${folder}/.sallyport)`)
  })

  test('is not seen in a stranger, who is not told the key', async () => {
    const seen: string[] = []
    using stranger = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: (request) => {
        seen.push(JSON.stringify([...request.headers]))
        return Response.json({ status: 'ready', data: [] })
      },
    })
    writeConfig(stranger.port ?? 0)
    const { out, error } = await runChild('sim/m-large')
    expect(out).toMatch(/^sim\/m-large: \d+\+\d+\n$/)
    expect(error).toContain('a gateway for this run is on')
    expect(seen.length).toBeGreaterThan(0)
    expect(seen.join('\n')).not.toContain('sp_')
  })
})

test.each([
  [['run'], "missing required argument 'command'"],
  [['run', '--models', '', '--', 'true'], '--models is empty'],
  [['run', '--expires', 'soon', '--', 'true'], '--expires takes a time'],
  [['run', '--config', 'none.yaml', '--', 'true'], 'the file does not exist'],
])('a mistake on the command line is told before anything runs: %j', async (words, message) => {
  const { code, out, error } = await sallyport(...words)
  expect([code, out]).toEqual([1, ''])
  expect(error).toContain(message)
})

function tokensOf(...lines: readonly string[]): { readonly input: number; readonly output: number } {
  const counts = lines.map((line) => /: (\d+)\+(\d+)$/.exec(line) ?? [])
  const sum = (at: number): number => counts.reduce((soFar, match) => soFar + Number(match[at]), 0)
  return { input: sum(1), output: sum(2) }
}

interface Running {
  readonly process: Bun.Subprocess
  readonly ended: Promise<Ran>
  /** The process of the command itself. */
  childId(): number
}

/** Starts a run whose program waits, and resolves when it does. */
async function startRun(...words: readonly string[]): Promise<Running> {
  const started = Bun.spawn(
    [
      process.execPath,
      '--no-env-file',
      main,
      'run',
      '--',
      process.execPath,
      '--no-env-file',
      child,
      ...words,
    ],
    {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', ...environment },
      stdout: 'pipe',
      stderr: 'pipe',
    },
  )
  const isWaiting = Promise.withResolvers<void>()
  const output = async (): Promise<string> => {
    let text = ''
    for await (const chunk of started.stdout) {
      text += Buffer.from(chunk).toString()
      if (text.includes('waiting\n')) isWaiting.resolve()
    }
    return text
  }
  const ended = Promise.all([output(), new Response(started.stderr).text(), started.exited]).then(
    ([out, error, code]) => ({ code, out, error }),
  )
  await isWaiting.promise
  return { process: started, ended, childId: () => childOf(started.pid) }
}

function childOf(parent: number): number {
  const { stdout } = Bun.spawnSync(['sh', '-c', `cat /proc/${parent}/task/*/children`])
  return Number(stdout.toString().trim().split(' ')[0])
}
