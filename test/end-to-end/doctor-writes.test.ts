// What the doctor writes down, and what a gateway on the same data makes of it: laid over what is publicly known, under
// what the config says, and only for the place where it was measured.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { failureOf } from '../failure-of.ts'
import { visit } from './doctor-visit.ts'
import type { VisitReport } from './doctor-visit.ts'
import { configFor, startGateway, testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

let simulator: Simulator
let gateway: RunningGateway
let folder = ''

const refusal = { fault: { kind: 'status', status: 400, body: { kind: 'envelope' } } } as const
const models = [
  'models:',
  '  plain: { deployments: [{ provider: sim, model: m-large }] }',
  '  stated: { deployments: [{ provider: sim, model: m-large, capabilities: { tools: on } }] }',
].join('\n')

beforeAll(async () => {
  simulator = await startSimulator({ models: ['m-large'] })
  folder = mkdtempSync(join(tmpdir(), 'sallyport-doctor-'))
  const config = configFor(`${simulator.baseUrl}/v1`, models)
  gateway = await startGateway({
    config,
    dataDirectory: join(folder, 'data'),
    environment: { SIM_KEY: simulatorKey },
  })
})

afterAll(async () => {
  await gateway.stop()
  await simulator.stop()
  rmSync(folder, { recursive: true, force: true })
})

const file = (): string => join(folder, 'data', 'doctor', 'capabilities.json')

function examine(named: string, only: string): Promise<VisitReport> {
  return visit({
    named,
    config: gateway.configPath,
    dataDir: gateway.dataDirectory,
    write: true,
    only,
    calls: '1',
    environment: { SIM_KEY: simulatorKey, TEST_KEY: testKey },
  })
}

async function shown(model: string): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${testKey}` }
  const { sallyport } = JSON.parse(
    await (await fetch(`${gateway.url}/v1/models/${model}`, { headers })).text(),
  )
  return sallyport.deployments[0]
}

/** Resolves with the next time that the gateway has read the file. */
async function reloadBy<T>(change: () => Promise<T>): Promise<T> {
  const before = gateway.log.length
  const result = await change()
  await gateway.logged((line) => line.event === 'config_reloaded' && gateway.log.indexOf(line) >= before)
  return result
}

describe('what is certain', () => {
  test('is what the gateway goes by from then on', async () => {
    expect(await shown('plain')).toMatchObject({ capabilities: { tools: true, seed: true } })
    expect(await shown('plain')).not.toHaveProperty('measured_at')
    simulator.next({}, refusal, refusal)
    const { code, error } = await reloadBy(() => examine('sim/m-large', 'tools,seed'))
    expect(code).toBe(1)
    expect(error).toContain(`Written to ${file()}`)
    const after = await shown('plain')
    expect(after).toMatchObject({ capabilities: { tools: false, seed: true, vision: true } })
    expect(Date.parse(String(after['measured_at']))).toBeGreaterThan(Date.now() - 60_000)
  })

  test('yields to the config', async () => {
    expect(await shown('stated')).toMatchObject({ capabilities: { tools: true } })
  })

  test('changes what a translated call carries', async () => {
    const ask = (model: string): Promise<Response> =>
      fetch(`${gateway.url}/v1/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          model,
          max_tokens: 20,
          messages: [{ role: 'user', content: 'Hi' }],
          tools: [{ name: 'look', input_schema: { type: 'object' } }],
        }),
      })
    expect((await ask('plain')).headers.get('x-sallyport-dropped')).toContain('tools')
    expect((await ask('stated')).headers.get('x-sallyport-dropped')).toBeNull()
  })

  test('stays beside what is measured later, and is replaced by its like', async () => {
    simulator.next({}, refusal)
    await reloadBy(() => examine('plain', 'n'))
    expect(await shown('plain')).toMatchObject({ capabilities: { tools: false, n: false } })
    await reloadBy(() => examine('plain', 'tools'))
    expect(await shown('plain')).toMatchObject({ capabilities: { tools: true, n: false } })
  })

  test('is dated, and readable by its owner only', () => {
    const written = JSON.parse(readFileSync(file(), 'utf8'))
    expect(written.version).toBe(1)
    expect(written.deployments['sim/m-large']).toMatchObject({
      place: `${simulator.baseUrl}/v1`,
      findings: {
        n: { verdict: 'fails', capability: { n: false }, measured_at: expect.stringMatching(/^\d{4}-.*Z$/) },
        answers: { verdict: 'ok' },
      },
    })
    expect(statSync(file()).mode & 0o777).toBe(0o600)
  })
})

describe('a model that was measured before', () => {
  test('is missed when the name means another one', async () => {
    expect((await examine('plain', 'model')).found['model']?.[0]).toBe('ok')
    simulator.next({ answer: { reportedModel: 'm-large-2027-01-01' } })
    const { found, code } = await examine('plain', 'model')
    const today = new Date().toISOString().slice(0, 10)
    expect(found['model']).toEqual([
      'fails',
      `It answers with m-large-2027-01-01; on ${today} it was m-large-2026-11-01.`,
    ])
    expect(code).toBe(1)
  })
})

describe('nothing is written', () => {
  test('of a deployment that does not answer', async () => {
    const before = readFileSync(file(), 'utf8')
    const { code, error } = await examine('sim/status:500', 'tools')
    expect([code, error.split('\n').at(-2)]).toEqual([1, 'Nothing is written down.'])
    expect(readFileSync(file(), 'utf8')).toBe(before)
  })

  test('of a model that is not there', async () => {
    expect(String(await failureOf(() => examine('nobody/m', 'tools')))).toContain(
      'no provider "nobody" is configured',
    )
  })
})

describe('the gateway does without', () => {
  test('what was measured at another place under the same name', async () => {
    const written = JSON.parse(readFileSync(file(), 'utf8'))
    written.deployments['sim/m-large'].place = 'http://elsewhere:80/v1'
    await reloadBy(async () => writeFileSync(file(), JSON.stringify(written)))
    expect(await shown('plain')).toMatchObject({ capabilities: { n: true } })
  })

  test.each(['', '{"version":2,"deployments":{}}', 'null', '{"version":1}', '\xff'])(
    'a file that is none of ours: %p',
    async (text) => {
      const before = gateway.log.length
      await reloadBy(async () => writeFileSync(file(), Buffer.from(text, 'latin1')))
      const said = gateway.log.slice(before).filter(({ event }) => event === 'capabilities_unreadable')
      expect(said).toHaveLength(1)
      expect(await shown('plain')).toMatchObject({ capabilities: { n: true } })
      expect(String(await failureOf(() => examine('plain', 'n')))).toContain('capabilities.json')
    },
  )

  test('entries that say nothing', async () => {
    const found = { measured_at: 'x', capability: { n: 'no', unknown: true } }
    const deployments = {
      a: null,
      b: { place: 'x' },
      'sim/m-large': {
        place: `${simulator.baseUrl}/v1`,
        findings: { n: found, m: 3, o: { capability: null } },
      },
    }
    await reloadBy(async () => writeFileSync(file(), JSON.stringify({ version: 1, deployments })))
    expect(await shown('plain')).not.toHaveProperty('measured_at')
  })
})
