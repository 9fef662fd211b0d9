// Ten rounds of tools with thoughts, by the official clients, at providers of another dialect: what the provider is sent in
// each round is all that it said before, with its ids, arguments and seals, in order, and nothing twice. The simulated
// providers refuse seals that they did not make, results without calls and calls without results.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { fiveProviders, startFiveDialects } from '../end-to-end/five-dialects.ts'
import type { FiveDialects } from '../end-to-end/five-dialects.ts'
import { testKey } from '../end-to-end/start-gateway.ts'
import type { ScriptedToolCall } from '../simulator/behaviour.ts'
import { sealOf } from '../simulator/seal.ts'
import type { SealKind } from '../simulator/seal.ts'
import { anthropicAgent, chatAgent, keptResponsesAgent, responsesAgent } from './agents.ts'
import type { AgentMaker, AgentResult } from './agents.ts'
import { linesSent } from './upstream-view.ts'
import { jsonBodyOf, lastRequest } from '../simulator/last-request.ts'

interface Upstream {
  readonly name: string
  /** Whose seals its thoughts have; undefined where they have none. */
  readonly seals: SealKind | undefined
}

const chat: Upstream = { name: fiveProviders['openai-chat'], seals: undefined }
const responses: Upstream = { name: fiveProviders['openai-responses'], seals: 'responses' }
const messages: Upstream = { name: fiveProviders['anthropic-messages'], seals: 'messages' }
const gemini: Upstream = { name: fiveProviders.gemini, seals: 'gemini' }

const loops: readonly (readonly [string, AgentMaker, Upstream])[] = [
  ['an Anthropic agent at a chat provider', anthropicAgent, chat],
  ['an Anthropic agent at a Responses provider', anthropicAgent, responses],
  ['an Anthropic agent at a Gemini provider', anthropicAgent, gemini],
  ['a chat agent at a Messages provider', chatAgent, messages],
  ['a chat agent at a Gemini provider', chatAgent, gemini],
  ['a chat agent at a Responses provider', chatAgent, responses],
  ['a Responses agent at a Messages provider', responsesAgent, messages],
  ['a Responses agent at a Gemini provider', responsesAgent, gemini],
  ['a Responses agent at a chat provider', responsesAgent, chat],
  ['a Responses agent that goes on at a Messages provider', keptResponsesAgent, messages],
  ['a Responses agent that goes on at a Gemini provider', keptResponsesAgent, gemini],
]

let five: FiveDialects

beforeAll(async () => {
  five = await startFiveDialects()
})

afterAll(() => five[Symbol.asyncDispose]())

beforeEach(() => five.simulator.clearScript())

const rounds = 10

/** Every third round calls two tools at once. The order of members, nesting and other scripts must survive. */
function callsOf(round: number): readonly ScriptedToolCall[] {
  const first = {
    name: 'look_up',
    arguments: JSON.stringify({ z: `Tromsø ${round} \u{1F3D4}`, a: { deep: [1.5, null, { x: '"\n' }] } }),
  }
  return round % 3 === 2 ? [first, { name: 'compare', arguments: JSON.stringify({ z: '', a: {} }) }] : [first]
}

/** As many thoughts as rounds, so that each round's seal is another. */
function sealIn(round: number, kind: SealKind): string {
  const thoughts = Array.from({ length: round + 1 }, (_, step) => `thought${step} `)
  return `seal ${sealOf(kind, thoughts.join(''))}`
}

describe.each([
  ['whole', false],
  ['streamed', true],
] as const)('%s', (_how, isStream) => {
  test.each(loops)('%s keeps ids, arguments, seals and order', async (_name, make, { name, seals }) => {
    const agent = make({ url: five.gateway.url, key: testKey, model: () => `${name}/m`, isStream })
    const expected: string[] = []
    let results: readonly AgentResult[] = []
    for (let round = 0; round < rounds; round += 1) {
      const scripted = callsOf(round)
      five.simulator.next({ answer: { toolCalls: scripted, reasoningTokens: round + 1 } })
      const calls = await agent.turn(results)
      expect(sentLines()).toEqual(expected)
      expect(calls.map((call) => [call.name, call.arguments])).toEqual(
        scripted.map((call) => [call.name, call.arguments]),
      )
      if (seals !== undefined) expected.push(sealIn(round, seals))
      expected.push(...calls.map((call) => `call ${call.id} ${call.name} ${call.arguments}`))
      results = calls.map(({ id }, index) => ({ id, text: `found ${round}.${index}` }))
      expected.push(...results.map(({ id, text }) => `result ${id} ${text}`))
    }
    five.simulator.next({ answer: { text: 'All looked up.' } })
    expect(await agent.turn(results)).toEqual([])
    expect(agent.text).toBe('All looked up.')
    expect(sentLines()).toEqual(expected)
    const ids = expected.filter((line) => line.startsWith('call ')).map((line) => line.split(' ')[1])
    expect(new Set(ids).size).toBe(ids.length)
  })
})

const makers: readonly (readonly [string, AgentMaker])[] = [
  ['an Anthropic agent', anthropicAgent],
  ['a chat agent', chatAgent],
  ['a Responses agent', responsesAgent],
]

/**
 * Messages demand thoughts of their own before the calls that are answered, once they are to think; after another's calls
 * they are asked not to.
 */
function thinks(upstream: Upstream): boolean {
  return upstream !== messages || 'thinking' in jsonBodyOf(lastRequest(five.simulator))
}

/** What Google takes in place of a seal that it did not make. */
const nobodysSeal = 'seal skip_thought_signature_validator'

test.each(makers)(
  '%s that changes its provider every round hands seals to their makers alone',
  async (_name, make) => {
    const providers = [messages, responses, gemini, chat]
    const providerOf = (round: number): Upstream => providers[round % providers.length] ?? chat
    let round = 0
    const model = (): string => `${providerOf(round).name}/m`
    const agent = make({ url: five.gateway.url, key: testKey, model, isStream: true })
    const said: { readonly line: string; readonly from: Upstream | undefined }[] = []
    let results: readonly AgentResult[] = []
    for (; round < rounds; round += 1) {
      const upstream = providerOf(round)
      five.simulator.next({ answer: { toolCalls: callsOf(round), reasoningTokens: round + 1 } })
      const calls = await agent.turn(results)
      const kept = said.filter(({ from }) => from === undefined || from === upstream)
      expect(sentLines().filter((line) => line !== nobodysSeal)).toEqual(kept.map(({ line }) => line))
      if (upstream.seals !== undefined && thinks(upstream))
        said.push({ line: sealIn(round, upstream.seals), from: upstream })
      for (const call of calls)
        said.push({ line: `call ${call.id} ${call.name} ${call.arguments}`, from: undefined })
      results = calls.map(({ id }, index) => ({ id, text: `found ${round}.${index}` }))
      for (const { id, text } of results) said.push({ line: `result ${id} ${text}`, from: undefined })
    }
  },
)

function sentLines(): readonly string[] {
  return linesSent(lastRequest(five.simulator))
}
