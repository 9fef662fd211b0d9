import { beforeEach, describe, expect, test } from 'bun:test'
import { chatDeployment } from '../../test/chat-deployment.ts'
import { routeTo } from '../../test/route-to.ts'
import { answered, codeOf, KeptConversations, maker } from '../../test/kept-conversations.ts'
import type { Caller } from '../core/caller.ts'
import { ordinary } from '../core/priority.ts'
import type { Endpoint } from '../core/call.ts'
import { doors } from '../dialects/doors.ts'
import type { Spoken } from '../dialects/doors.ts'
import type { JsonObject } from '../dialects/json-object.ts'
import type { Deployment } from '../providers/deployment.ts'
import { admitAs } from './admit.ts'
import { followReferences } from './follow-references.ts'
import type { Followed } from './follow-references.ts'
import { RetryBudget } from '../routing/health/retry-budget.ts'
import { ModelMemory } from '../routing/model-memory.ts'
import { plainPlan } from '../routing/model-plan.ts'
import { noWishes } from './client-wishes.ts'
import { CallRecord } from './settle.ts'

let kept: KeptConversations

beforeEach(() => {
  kept = new KeptConversations()
})

const caller: Caller = { keyId: 'ours', keyName: 'ours', scopes: [], models: [] }
const place = { model: 'fast', stream: false }

function deployment(provider: string, spoken: Spoken, more: Partial<Deployment> = {}): Deployment {
  return chatDeployment({
    name: `${provider}/m`,
    provider,
    credential: provider === maker.provider ? maker.credential : '',
    speaks: new Set([spoken]),
    ...more,
  })
}

async function followed(
  endpoint: Endpoint,
  body: JsonObject,
  deployments: readonly [Deployment, ...Deployment[]],
  by = caller,
): Promise<Followed> {
  const door = doors[endpoint]
  const request = admitAs(door, { body: Buffer.from(JSON.stringify(body)), place }, by)
  const plan = plainPlan(new ModelMemory(new RetryBudget()))
  const routed = routeTo({ deployments, plan }, { request, door })
  const record = new CallRecord('call_1', endpoint, { generation: 1, nowMs: 0 })
  const asked = {
    record,
    request,
    door,
    headerLines: '',
    wishes: noWishes,
    priority: ordinary,
    tenant: '',
    stickyTo: '',
  }
  return await followReferences({ ...asked, ...routed }, by, kept)
}

async function namesAfter(...asked: Parameters<typeof followed>): Promise<readonly string[]> {
  return (await followed(...asked)).production.deployments.map(({ name }) => name)
}

describe.each([
  ['a container', 'messages', 'anthropic-messages', { messages: [] }, 'container', 'container_1'],
  [
    'a container with skills',
    'messages',
    'anthropic-messages',
    { messages: [] },
    'container',
    { id: 'container_1' },
  ],
  ['a cached prompt', 'generate', 'gemini', { contents: [] }, 'cachedContent', 'cachedContents/1'],
  [
    'a cached prompt in snake case',
    'generate',
    'gemini',
    { contents: [] },
    'cached_content',
    'cachedContents/1',
  ],
  ['a conversation', 'responses', 'openai-responses', { input: 'x' }, 'conversation', 'conv_1'],
  [
    'a conversation as an object',
    'responses',
    'openai-responses',
    { input: 'x' },
    'conversation',
    { id: 'conv_1' },
  ],
] as const)('%s', (_what, endpoint, spoken, more, member, value) => {
  const id = typeof value === 'string' ? value : value.id
  const body = { model: 'fast', ...more, [member]: value }
  const others = deployment('office', spoken)
  const holder = deployment(maker.provider, spoken)

  test('is asked for at the account that has it, and nowhere else', async () => {
    kept.stickiness.remember('default', id, maker)
    expect(await namesAfter(endpoint, body, [others, holder])).toEqual([holder.name])
    expect((await followed(endpoint, body, [holder])).heldIds).toEqual([id])
  })

  test('that is not known, or another tenant’s, is not passed on', async () => {
    kept.stickiness.remember('default', id, maker)
    const stranger = { ...caller, tenant: 'other' }
    const failure: unknown = await followed(endpoint, body, [holder], stranger).catch(
      (reason: unknown) => reason,
    )
    expect(failure).toMatchObject({ code: 'reference_not_found', param: member })
    expect(await codeOf(followed(endpoint, { ...body, [member]: `${id}-2` }, [holder]))).toBe(
      'reference_not_found',
    )
    expect(await codeOf(followed(endpoint, body, [others]))).toBe('reference_not_found')
  })

  test('is named as what cannot be sent where nobody could have one', async () => {
    const failure: unknown = await followed(endpoint, body, [deployment('chat', 'openai-chat')]).catch(
      (reason: unknown) => reason,
    )
    expect(failure).toMatchObject({ code: 'unsupported_parameter', param: member })
  })
})

describe('a conversation that goes on', () => {
  const holder = deployment(maker.provider, 'openai-responses', { keepsResponses: true })
  const others = deployment('office', 'openai-chat')
  const body = { model: 'fast', input: 'two', previous_response_id: 'a' }

  test('goes to the one who keeps it first, and is told to the others', async () => {
    kept.responses.keep(answered('a', 'one', { providerId: 'theirs' }))
    const { production } = await followed('responses', body, [others, holder])
    expect(production.deployments.map(({ name }) => name)).toEqual([holder.name, others.name])
    expect(production.requests?.get(holder.name)?.parsed()).toEqual({
      ...body,
      previous_response_id: 'theirs',
    })
    expect(production.requests?.get(others.name)?.parsed()['input']).toHaveLength(3)
    expect(production.echo).toEqual({ previous_response_id: 'a' })
  })

  test('counts what its holder has of it, which is not sent there again', async () => {
    const usage = { input_tokens: 4_000, output_tokens: 900 }
    const bodyJson = JSON.stringify({ id: 'a', usage, output: [] })
    kept.responses.keep(answered('a', 'one', { providerId: 'theirs', bodyJson }))
    const { production } = await followed('responses', body, [others, holder])
    const alone = production.request.estimatedInputTokens
    expect(production.requests?.get(holder.name)?.estimatedInputTokens).toBeWithin(4_900, 4_900 + 2 * alone)
    expect(production.requests?.get(others.name)?.estimatedInputTokens).toBeLessThan(3 * alone)
  })

  test('goes to the one who keeps it also when others cannot be told all of it', async () => {
    kept.responses.keep(answered('a', 'one', { providerId: 'theirs', previousId: 'gone' }))
    expect(await namesAfter('responses', body, [others, holder, deployment('third', 'openai-chat')])).toEqual(
      [holder.name],
    )
    expect(await codeOf(followed('responses', body, [others]))).toBe('previous_response_not_found')
  })

  test('goes to those who can be told, before as many as are tried at most are counted', async () => {
    kept.stickiness.remember('default', 'msg_far', maker)
    const request = { model: 'fast', input: [{ type: 'item_reference', id: 'msg_far' }] }
    const strangers = ['b', 'c', 'd', 'e', 'f'].map((name) => deployment(name, 'openai-chat'))
    const late = deployment(maker.provider, 'openai-chat')
    expect(await namesAfter('responses', request, [others, ...strangers, late])).toEqual([late.name])
  })
})
