// `sallyport import litellm` as a person uses it: what it writes is taken by `sallyport check` and serves calls.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { chat } from './chat-client.ts'
import { runCommand } from './run-command.ts'
import type { Ran } from './run-command.ts'
import { startGateway, testKey } from './start-gateway.ts'

let simulator: Simulator
let folder = ''

beforeAll(async () => {
  simulator = await startSimulator()
  folder = mkdtempSync(join(tmpdir(), 'sallyport-import-'))
  writeFileSync(
    join(folder, 'config.yaml'),
    [
      'model_list:',
      '  - model_name: fast',
      `    litellm_params: { model: openai/status-500, api_base: "${simulator.baseUrl}/v1", api_key: sk-written-down, rpm: 5 }`,
      '  - model_name: spare',
      `    litellm_params: { model: openai/m-large, api_base: "${simulator.baseUrl}/v1", api_key: sk-written-down }`,
      '  - { model_name: cloud, litellm_params: { model: bedrock/x } }',
      'litellm_settings: { fallbacks: [{ fast: [spare] }] }',
      `general_settings: { master_key: ${testKey} }`,
      '',
    ].join('\n'),
  )
})

afterAll(async () => {
  await simulator.stop()
  rmSync(folder, { recursive: true, force: true })
})

function sallyport(words: readonly string[], environment: Record<string, string> = {}): Promise<Ran> {
  return runCommand(folder, words, environment)
}

describe('an import', () => {
  test('writes a config that is good once its variables are set, and answers calls as before', async () => {
    const { code, out, error } = await sallyport(['import', 'litellm', 'config.yaml', '--out', 'served.yaml'])
    const port = simulator.port
    expect([code, out]).toEqual([0, ''])
    const variable = `SERVER_${port}_API_KEY`
    expect(error.split('\n')).toEqual([
      'served.yaml is written: 1 provider, 2 models, 1 key.',
      'Carried in another way:',
      `  line 3, model_list[0].litellm_params.api_key: is a key as it is; put it into the variable ${variable}`,
      `  line 5, model_list[1].litellm_params.api_key: is a key as it is; put it into the variable ${variable}`,
      '  line 2, model_list[0]: rpm and tpm are limits here: nobody is asked beyond them; take limits out where they were only shares',
      '  line 7, litellm_settings.fallbacks[0].fast[0]: its deployments come behind those of "fast"',
      '  line 8, general_settings.master_key: stands in the file as it is; put it into the variable LITELLM_MASTER_KEY',
      '  line 8, general_settings.master_key: is the key "master", which may call every model; it administers nothing',
      'Not carried:',
      "  line 6, model_list[2].litellm_params.model: bedrock wants requests signed with a cloud's own credentials, which this version cannot do",
      `It reads its secrets from ${variable}, LITELLM_MASTER_KEY. Not set here: ${variable}, LITELLM_MASTER_KEY.`,
      '',
    ])
    const text = readFileSync(join(folder, 'served.yaml'), 'utf8')
    expect(text + error).not.toMatch(new RegExp(`sk-written-down|${testKey}`))
    expect(text).toContain('requests: 5/m')
    const environment = { [variable]: simulatorKey, LITELLM_MASTER_KEY: testKey }
    const checked = await sallyport(['check', '--config', 'served.yaml'], environment)
    expect(checked.out).toBe('served.yaml is good: 1 provider, 2 models, 1 key declared.\n')
    await using gateway = await startGateway({ config: text, environment })
    const messages = [{ role: 'user', content: 'Tell me of gates' }]
    const answer = await chat(gateway.url, { model: 'fast', messages, stream: true })
    expect([answer.status, answer.headers.get('x-sallyport-attempts'), answer.terminals]).toEqual([
      200,
      '2',
      ['done'],
    ])
  })

  test('carries a budget over everything, which stops all calls, also after a restart', async () => {
    const price = 'input_cost_per_token: 0, output_cost_per_token: 0.0001'
    writeFileSync(
      join(folder, 'whole.yaml'),
      [
        'model_list:',
        '  - model_name: ten',
        `    litellm_params: { model: "openai/tokens:10", api_base: "${simulator.baseUrl}/v1", api_key: os.environ/SIM_KEY, ${price} }`,
        // A tenth of a cent is one call.
        'litellm_settings: { max_budget: 0.002 }',
        'general_settings: { master_key: os.environ/TEST_KEY }',
        '',
      ].join('\n'),
    )
    const { out: config } = await sallyport(['import', 'litellm', 'whole.yaml', '--out', '-'])
    const dataDirectory = join(folder, 'whole')
    const start = () => startGateway({ config, environment: { SIM_KEY: simulatorKey }, dataDirectory })
    const made = await sallyport(['keys', 'create', '--name', 'made', '--data-dir', dataDirectory])
    const asked = async (url: string, key: string): Promise<unknown> => {
      const answer = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify({ model: 'ten', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 10 }),
      })
      await answer.body?.cancel()
      return answer.headers.get('x-sallyport-error') ?? answer.status
    }
    const keys = [testKey, made.out.trim()] as const
    {
      await using gateway = await start()
      for (const key of keys) expect(await asked(gateway.url, key)).toBe(200)
      for (const key of keys) expect(await asked(gateway.url, key)).toBe('budget_exhausted')
    }
    await using again = await start()
    for (const key of keys) expect(await asked(again.url, key)).toBe('budget_exhausted')
  })

  test('does not replace a file unless it is told to', async () => {
    const place = join(folder, 'sallyport.yaml')
    writeFileSync(place, 'mine')
    const refused = await sallyport(['import', 'litellm', 'config.yaml'])
    expect([refused.code, refused.out, refused.error]).toEqual([
      1,
      '',
      'The file sallyport.yaml exists already. Take another with --out, or replace it with --force.\n',
    ])
    expect(readFileSync(place, 'utf8')).toBe('mine')
    expect((await sallyport(['import', 'litellm', 'config.yaml', '--force'])).code).toBe(0)
    expect(readFileSync(place, 'utf8')).toStartWith(
      "# Imported from config.yaml, a config of LiteLLM's proxy.\n",
    )
  })

  test('prints the config where --out says "-", and nothing else', async () => {
    const { code, out, error } = await sallyport(['import', 'litellm', 'config.yaml', '--out', '-'])
    expect(code).toBe(0)
    expect(out).toContain('\nproviders:\n')
    expect(error).toStartWith('A config is printed: 1 provider')
  })

  test.each([
    ['none.yaml', undefined, 'none.yaml:1:1 the file does not exist'],
    ['broken.yaml', 'model_list: [', 'broken.yaml:1:'],
    ['ring.yaml', 'model_list: &all\n  - *all', 'ring.yaml:2:5 model_list[0]: this alias (*name) stands'],
    ['list.yaml', '[1]', 'holds no settings'],
    ['empty.yaml', '', 'holds no settings'],
    ['other.yaml', 'services: { web: {} }', 'Nothing in other.yaml can be called by Sallyport'],
    [
      'clouds.yaml',
      'model_list: [{ model_name: a, litellm_params: { model: bedrock/x } }]',
      'model_list[0].litellm_params.model: bedrock wants',
    ],
  ])('ends with 1 and writes nothing when nothing can be read: %s', async (file, text, message) => {
    if (text !== undefined) writeFileSync(join(folder, file), text)
    const { code, out, error } = await sallyport(['import', 'litellm', file, '--out', 'never.yaml'])
    expect([code, out]).toEqual([1, ''])
    expect(error).toContain(message)
    expect((await sallyport(['check', '--config', 'never.yaml'])).error).toContain('does not exist')
  })

  test('goes on behind what cannot be called, and says which line that is', async () => {
    const entry = (name: string, model: string) =>
      `  - model_name: ${name}\n    litellm_params:\n      model: ${model}\n`
    const long = `openai/${'m'.repeat(300)}`
    writeFileSync(
      join(folder, 'names.yaml'),
      `model_list:\n${entry('none', 'openai/')}${entry('two', 'openai/a b')}${entry('long', long)}${entry('good', 'openai/x')}`,
    )
    const { code, out, error } = await sallyport(['import', 'litellm', 'names.yaml', '--out', '-'])
    expect(code).toBe(0)
    expect(out).toMatch(/\nmodels:\n {2}good:\n {4}deployments:\n {6}- [^\n]+\n$/)
    expect(error.match(/(?<=  line )\d+, \S+: needs the provider's own name/g)).toEqual([
      "4, model_list[0].litellm_params.model: needs the provider's own name",
      "7, model_list[1].litellm_params.model: needs the provider's own name",
      "10, model_list[2].litellm_params.model: needs the provider's own name",
    ])
  })

  test('says what stands twice and which one counted', async () => {
    const model = (name: string) =>
      `model_list: [{ model_name: ${name}, litellm_params: { model: openai/x } }]\n`
    writeFileSync(join(folder, 'twice.yaml'), model('first') + model('second'))
    const { code, out, error } = await sallyport(['import', 'litellm', 'twice.yaml', '--out', '-'])
    expect(code).toBe(0)
    expect(error).toContain('  line 2, model_list: stands twice; the last one was read\n')
    expect(out).toContain('second:')
  })
})

test('import and run are among the commands', async () => {
  const { out } = await sallyport(['help'])
  for (const command of ['import', 'run']) expect(out).toMatch(new RegExp(`^ {2}${command} `, 'm'))
})
