// The doctor at deployments of a config, in every format that a provider may speak: what a format cannot ask for is not
// known, and never held against the deployment.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dialectNames } from '../../src/core/model-request.ts'
import type { DialectName } from '../../src/core/model-request.ts'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { visit } from './doctor-visit.ts'
import { fiveProviders, providerConfig } from './five-dialects.ts'

let simulator: Simulator
let folder = ''
const environment = { SIM_KEY: simulatorKey }
const model = 'tokens:40+gap:3'

beforeAll(async () => {
  simulator = await startSimulator()
  folder = mkdtempSync(join(tmpdir(), 'sallyport-doctor-'))
  const providers = dialectNames.map(
    (dialect) => `  ${fiveProviders[dialect]}: ${providerConfig(dialect, simulator.baseUrl)}`,
  )
  const both =
    'models: { both: { deployments: [{ provider: chat, model: m }, { provider: gem, model: m }] } }'
  writeFileSync(join(folder, 'c.yaml'), ['discover: off', 'providers:', ...providers, both, ''].join('\n'))
})
afterAll(async () => {
  await simulator.stop()
  rmSync(folder, { recursive: true, force: true })
})

const config = (): string => join(folder, 'c.yaml')

/** What each format has no word for. */
const unasked: Readonly<Record<DialectName, readonly string[]>> = {
  'openai-chat': [],
  'openai-responses': ['n', 'seed', 'stop'],
  'anthropic-messages': ['logprobs', 'n', 'seed'],
  gemini: [],
  ollama: ['n'],
}

/**
 * The simulator takes any name for a model and looks at no picture; probabilities it has in one format, and a wrong key
 * is a 400 in Gemini's.
 */
const always = ['images weak', 'unknown_model fails']
const shortOf: Readonly<Record<DialectName, readonly string[]>> = {
  'openai-chat': ['reasoning weak', ...always],
  'openai-responses': ['logprobs fails', ...always],
  'anthropic-messages': always,
  gemini: ['logprobs fails', ...always, 'wrong_key weak'],
  ollama: ['logprobs fails', ...always],
}

describe('a deployment that is well', () => {
  test.each([...dialectNames])('is found so when it is spoken to in %s', async (dialect) => {
    const named = `${fiveProviders[dialect]}/${model}`
    const { found } = await visit({ named, config: config(), wrongKey: true, calls: '1', environment })
    const bad = Object.entries(found).filter(([, [verdict]]) => verdict === 'fails' || verdict === 'weak')
    expect(bad.map(([check, [verdict]]) => `${check} ${verdict}`)).toEqual([...shortOf[dialect]])
    const cannotAsk = Object.entries(found).filter(([, [, words]]) => words.includes('cannot ask'))
    expect(cannotAsk.map(([check]) => check).toSorted()).toEqual([...unasked[dialect]])
  })
})

test('every deployment of a model has its own report', async () => {
  const { out, error } = await visit({ named: 'both', config: config(), only: 'answers', environment })
  const { reports } = JSON.parse(out)
  expect(reports.map(({ deployment }: { deployment: string }) => deployment)).toEqual(['chat/m', 'gem/m'])
  expect(error.split('\n').filter((line) => line.startsWith('Asking '))).toHaveLength(2)
})
