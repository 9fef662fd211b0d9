// The commands as a person types them: what they print, what they say of a mistake, and with which code they end.
// Keys across processes have a test of their own in test/contract.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { runCommand } from './run-command.ts'
import type { Ran } from './run-command.ts'
import { configFor, startGateway } from './start-gateway.ts'

let simulator: Simulator
let folder = ''

beforeAll(async () => {
  simulator = await startSimulator({ models: ['m-large', 'm-small'] })
  folder = mkdtempSync(join(tmpdir(), 'sallyport-commands-'))
  writeFileSync(join(folder, 'good.yaml'), configFor(`${simulator.baseUrl}/v1`, 'models: {}'))
  writeFileSync(
    join(folder, 'bad.yaml'),
    [
      'serverr: {}',
      'providers:',
      '  one: { type: openai-compatible }',
      '  two: { type: nothing, base_url: "x" }',
      'models:',
      '  fast: { deployments: [] }',
      'keys:',
      '  - { name: "a b", secret: written-down-0123456789 }',
      '',
    ].join('\n'),
  )
  writeFileSync(join(folder, 'a-file'), 'no folder')
})

afterAll(async () => {
  await simulator.stop()
  rmSync(folder, { recursive: true, force: true })
})

function sallyport(...words: string[]): Promise<Ran> {
  return runCommand(folder, words, { SIM_KEY: simulatorKey })
}

describe('check', () => {
  test('says what a good config declares', async () => {
    const { code, out, error } = await sallyport('check', '--config', 'good.yaml')
    expect([code, out, error]).toEqual([0, 'good.yaml is good: 1 provider, 0 models, 1 key declared.\n', ''])
  })

  test('takes the absence of a config for what it is', async () => {
    const { code, out } = await sallyport('check')
    expect([code, out]).toEqual([
      0,
      'No config file; the built-in defaults are good: 0 providers, 0 models, 0 keys declared.\n',
    ])
  })

  test('says all problems at once with line and column, and repeats no secret', async () => {
    const { code, out, error } = await sallyport('check', '--config', 'bad.yaml')
    expect([code, out]).toEqual([1, ''])
    const places = [...error.matchAll(/^ {2}- bad\.yaml:(\d+:\d+) ([\w.[\]]+):/gm)]
    expect(places.map(([, place, what]) => [place, what])).toEqual([
      ['1:1', 'serverr'],
      ['3:3', 'providers.one'],
      ['4:35', 'providers.two.base_url'],
      ['6:24', 'models.fast.deployments'],
      ['8:13', 'keys[0].name'],
      ['8:28', 'keys[0].secret'],
    ])
    expect(error).toStartWith('bad.yaml has 6 problems:\n')
    expect(error).toContain('Did you mean "server"?')
    expect(error).not.toContain('written-down')
  })

  test('names a secret that is not there, and does not start without it', async () => {
    const words = ['--config', join(folder, 'good.yaml')]
    const checked = await runCommand(folder, ['check', ...words])
    expect([checked.code, checked.error]).toEqual([1, expect.stringContaining('SIM_KEY')])
    const started = await runCommand(folder, ['start', ...words, '--data-dir', 'never-made'])
    expect([started.code, started.out, started.error]).toEqual([1, '', checked.error])
    expect(existsSync(join(folder, 'never-made'))).toBe(false)
  })

  test('does not take another file for the one that was named', async () => {
    const { code, error } = await sallyport('check', '--config', 'none.yaml')
    expect([code, error]).toEqual([
      1,
      'none.yaml has 1 problem:\n  - none.yaml:1:1 the file does not exist\n',
    ])
  })
})

describe('models', () => {
  test('lists what could be called, one a line', async () => {
    const { code, out, error } = await sallyport('models', '--config', 'good.yaml')
    expect([code, out, error]).toEqual([0, 'sim/m-large\nsim/m-small\n', ''])
  })

  test('says which provider gave no list', async () => {
    const config = configFor('http://127.0.0.1:9/v1')
    writeFileSync(join(folder, 'silent.yaml'), config)
    const { code, out, error } = await sallyport('models', '--config', 'silent.yaml')
    expect([code, out, error]).toEqual([0, '', 'sim gave no list; "sim/<model>" works all the same.\n'])
  })
})

describe('help and version', () => {
  test('are printed to standard output, and that is success', async () => {
    const ran = await Promise.all(
      [['version'], ['--version'], ['help'], ['--help'], ['help', 'start']].map((words) =>
        sallyport(...words),
      ),
    )
    expect(ran.map(({ code, error }) => [code, error])).toEqual(ran.map(() => [0, '']))
    const [version, number, help, sameHelp, startHelp] = ran
    expect(version?.out).toBe(`sallyport ${number?.out}`)
    expect(number?.out).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(help?.out).toBe(sameHelp?.out ?? '')
    for (const command of ['start', 'check', 'models', 'keys', 'version']) {
      expect(help?.out).toMatch(new RegExp(`^ {2}${command} `, 'm'))
    }
    for (const option of ['--config', '--data-dir', '--port', '--log-format']) {
      expect(startHelp?.out).toContain(option)
    }
  })
})

describe('a mistake on the command line', () => {
  test.each([
    [['chek'], 'There is no command "chek". Did you mean "check"?'],
    [['frobnicate'], 'There is no command "frobnicate". See "sallyport help".'],
    [['keys', 'rewoke', 'x'], "unknown command 'rewoke'"],
    [['keys', 'revoke'], "missing required argument 'id'"],
    [['check', 'good.yaml'], 'too many arguments'],
    [['start', '--prot', '1'], "unknown option '--prot'\n(Did you mean --port?)"],
    [['--port', '99999'], '--port takes a number from 0 to 65535, not "99999".'],
    [['start', '--port', ''], '--port takes a number from 0 to 65535, not "".'],
    [['start', '--log-format', 'xml'], 'Allowed choices are text, json.'],
    [['start', '--data-dir', 'a-file'], 'a-file cannot be used: it is not a folder.'],
    [['keys', 'list', '--data-dir', 'a-file'], 'a-file cannot be used: it is not a folder.'],
  ])('is told, and ends the process with 1: %j', async (words, message) => {
    const { code, out, error } = await sallyport(...words)
    expect([code, out]).toEqual([1, ''])
    expect(error).toContain(message)
    expect(error).not.toMatch(/^\s+at /m)
  })
})

describe('keys create', () => {
  test('makes a key also for names that the config does not know, and says which these are', async () => {
    writeFileSync(
      join(folder, 'named.yaml'),
      'models: { fast: { deployments: [{ provider: openai, model: x }] } }\n',
    )
    const create = (config: string) =>
      sallyport('keys', 'create', '--name', 'ci', '--models', 'fast,fats,nobody/x,*', '--config', config)
    const { code, out, error } = await create('named.yaml')
    expect(code).toBe(0)
    expect(out).toMatch(/^sp_\w+\n$/)
    expect(error.split('\n').slice(0, 2)).toEqual([
      'Mind that no model is called "fats", and no provider lists it in the config. Did you mean "fast"?',
      'Mind that there is no provider "nobody" for "nobody/x".',
    ])
    const blind = await create('none.yaml')
    expect([blind.code, blind.error.split('\n')[0]]).toEqual([
      0,
      'Mind that the config cannot be read, so nobody looked whether it knows these models.',
    ])
  })
})

describe('start', () => {
  test('refuses a port that another gateway has, and leaves no key behind that nobody saw', async () => {
    await using gateway = await startGateway()
    const { port } = new URL(gateway.url)
    const { code, out, error } = await sallyport('start', '--port', port, '--data-dir', 'second')
    expect(error).toBe(
      `Cannot listen on 127.0.0.1:${port}: another process listens there. ` +
        'Choose another address with server.host and server.port, or --port.\n',
    )
    expect([code, out]).toEqual([1, ''])
    expect((await sallyport('keys', 'list', '--data-dir', 'second')).out).toBe('')
  })

  test('prints the first key once, and logs it never', async () => {
    const dataDirectory = join(folder, 'kept')
    const config = 'discover: off\nserver: { drain_delay: 0s }\nproviders: { demo: {} }\n'
    let secret = ''
    {
      await using first = await startGateway({ config, dataDirectory })
      await first.logged(({ event }) => event === 'models')
      await first.stop()
      const printed = first.printed.join('\n')
      secret = /^ {2}(sp_\w+)$/m.exec(printed)?.[1] ?? 'none'
      expect(printed).toContain(`-H "Authorization: Bearer ${secret}"`)
      expect(JSON.stringify(first.log)).not.toContain(secret.slice(0, 12))
    }
    await using second = await startGateway({ config, dataDirectory })
    await second.logged(({ event }) => event === 'models')
    expect(second.printed.join('')).toBe('')
    const answer = await fetch(`${second.url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } })
    expect(answer.status).toBe(200)
  })

  test('shows a call that works also where there is no model yet', async () => {
    await using gateway = await startGateway({ config: 'discover: off\nserver: { drain_delay: 0s }\n' })
    await gateway.logged(({ event }) => event === 'models')
    await gateway.stop()
    expect(gateway.printed.join('\n')).toContain(`curl ${gateway.url}/v1/models -H "Authorization`)
    expect(gateway.printed.join('\n')).not.toContain('demo/echo')
  })
})
