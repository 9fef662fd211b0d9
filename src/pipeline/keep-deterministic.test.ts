import { describe, expect, test } from 'bun:test'
import { chatDeployment } from '../../test/chat-deployment.ts'
import { routeTo } from '../../test/route-to.ts'
import type { Endpoint } from '../core/call.ts'
import { NotDeterministic } from '../core/routing-errors.ts'
import { doors } from '../dialects/doors.ts'
import type { Deployment } from '../providers/deployment.ts'
import { plainPlan } from '../routing/model-plan.ts'
import { ModelMemory } from '../routing/model-memory.ts'
import { RetryBudget } from '../routing/health/retry-budget.ts'
import { admitAs } from './admit.ts'
import { keepDeterministic } from './keep-deterministic.ts'
import type { Kept } from './keep-deterministic.ts'

const plain = chatDeployment({})

function deployment(name: string, given: Partial<Deployment> = {}): Deployment {
  const [provider = '', providerModel = ''] = name.split('/')
  return chatDeployment({ name, provider, providerModel, pinned: true, ...given })
}

const messages = [{ role: 'user', content: 'hi' }]
const contents = [{ role: 'user', parts: [{ text: 'hi' }] }]
const noSeed = { ...plain.capabilities, seed: false }
const noSampling = { ...plain.capabilities, sampling: false }

function kept(
  deployments: readonly Deployment[],
  body: object = { seed: 7, messages },
  endpoint: Endpoint = 'chat',
): Kept {
  const door = doors[endpoint]
  const place = { model: endpoint.startsWith('generate') ? 'm' : '', stream: false }
  const bytes = Buffer.from(JSON.stringify(endpoint.startsWith('generate') ? body : { model: 'm', ...body }))
  const request = admitAs(door, { body: bytes, place }, { models: [] })
  const plan = {
    ...plainPlan(new ModelMemory(new RetryBudget())),
    onBreak: 'continue' as const,
    cannedMessage: 'Later.',
  }
  const found = routeTo({ deployments, plan, lastResort: plain }, { request, door })
  return keepDeterministic(found, { request, door }, (text) => text.padEnd(64, '.'))
}

function refusal(...asked: Parameters<typeof kept>): NotDeterministic {
  try {
    kept(...asked)
  } catch (failure) {
    if (failure instanceof NotDeterministic) return failure
    throw failure
  }
  throw new Error('it was not refused')
}

describe('the deterministic contract', () => {
  test('keeps to deployments that take a seed and name a version, all of the same', () => {
    const all = [
      deployment('a/floating', { pinned: false }),
      deployment('b/v1', { capabilities: noSeed }),
      deployment('c/v1'),
      deployment('d/v2'),
      deployment('e/v1', { drops: ['seed'] }),
      deployment('f/v1'),
    ]
    const { deployments, plan, lastResort, contract } = kept(all)
    expect(deployments.map(({ name }) => name)).toEqual(['c/v1', 'f/v1'])
    expect(deployments.map(({ onUnsupported }) => onUnsupported)).toEqual(['error', 'error'])
    expect([plan.onBreak, plan.cannedMessage, lastResort]).toEqual(['error', undefined, undefined])
    expect(contract).toEqual({ version: 'v1', systemPromptHash: 'none' })
    expect(all[2]?.onUnsupported).toBe('drop')
  })

  test('leaves out who would not take the temperature, if there is one', () => {
    const relayed = deployment('a/v1', { drops: ['temperature'] })
    const speaks = new Set(['gemini'] as const)
    const translated = deployment('b/v1', { speaks, dialect: 'gemini', capabilities: noSampling })
    const asked = { seed: 0, messages }
    expect(kept([relayed, translated], asked).deployments).toHaveLength(2)
    expect(refusal([relayed, translated], { ...asked, temperature: 0 }).message).toContain(
      '(a/v1: takes no temperature; b/v1: takes no temperature)',
    )
  })

  test('says what each deployment lacks, of many only the first', () => {
    const all = Array.from({ length: 7 }, (_, index) => deployment(`a/m${index}`, { pinned: false }))
    const { message, param } = refusal([deployment('b/m', { capabilities: noSeed }), ...all])
    expect(param).toBe('model')
    expect(message).toContain('(b/m: takes no seed; a/m0: "m0" names no pinned version; ')
    expect(message).toContain('; and 3 more)')
  })

  test.each([
    ['chat', { messages }, '"seed"'],
    ['chat', { messages, seed: null }, '"seed"'],
    ['generate', { contents }, '"generationConfig.seed"'],
  ] as const)('needs a seed: %s %j', (endpoint, body, name) => {
    const { message, param } = refusal([deployment('a/v1')], body, endpoint)
    expect(param).toBe('seed')
    expect(message).toContain(name)
  })

  test('takes the seed from where each dialect has it', () => {
    const body = { contents, generationConfig: { seed: 3 } }
    expect(kept([deployment('a/v1')], body, 'generate').contract?.version).toBe('v1')
  })

  test.each([
    ['responses', { input: 'hi' }],
    ['messages', { messages: [], max_tokens: 5 }],
    ['embeddings', { input: 'hi' }],
  ] as const)('cannot be had at %s, which knows no seed', (endpoint, body) => {
    const asked = deployment('a/v1', { speaks: new Set([doors[endpoint].spoken]) })
    expect(refusal([asked], body, endpoint).message).toContain('hold no seed')
  })

  test.each(['messages_count', 'generate_count'] as const)('does not hinder %s', (endpoint) => {
    const body = endpoint === 'messages_count' ? { messages: [] } : { contents: [] }
    const asked = deployment('a/floating', { speaks: new Set([doors[endpoint].spoken]), pinned: false })
    expect(kept([asked], body, endpoint).contract).toBeUndefined()
  })

  test('gives the system’s texts a hash, whoever writes them', () => {
    const system = { role: 'system', content: 'Be brief.' }
    const developer = { role: 'developer', content: [{ type: 'text', text: 'And kind.' }] }
    const chat = kept([deployment('a/v1')], { seed: 1, messages: [system, developer, ...messages] })
    expect(chat.contract?.systemPromptHash).toBe('Be brief.\nAnd ki')
    const body = {
      systemInstruction: { parts: [{ text: 'Be brief.' }, { text: 'And kind.' }] },
      contents,
      generationConfig: { seed: 1 },
    }
    expect(kept([deployment('a/v1')], body, 'generate').contract).toEqual(chat.contract)
  })
})
