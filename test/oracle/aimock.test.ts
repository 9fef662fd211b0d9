// A second provider, made by others: @copilotkit/aimock behind the gateway, in all of its dialects, and the Vercel AI SDK
// before it, in all of ours. Nothing of either end shares code with the product.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { LLMock } from '@copilotkit/aimock'
import { startGateway, testKey } from '../end-to-end/start-gateway.ts'
import type { RunningGateway } from '../end-to-end/start-gateway.ts'
import { askedStream, askedWhole } from './ai-sdk.ts'
import type { OracleName, Place, Question } from './ai-sdk.ts'
import { sameArguments } from './heard.ts'
import type { Heard } from './heard.ts'
import { fiveProviders, providerConfig } from '../end-to-end/five-dialects.ts'
import type { DialectName } from '../../src/core/model-request.ts'

const upstreams = Object.entries(fiveProviders).map(([dialect, name]) => ({
  dialect: dialect as DialectName,
  name,
}))

/** Doors, and how the SDK's provider names a model there. */
const doors: readonly (readonly [OracleName, string, string])[] = [
  ['openai-compatible', '/v1', ''],
  ['responses', '/v1', ''],
  ['anthropic', '/v1', ''],
  ['google', '/v1beta', 'models/'],
]

let mock: LLMock
let gateway: RunningGateway

beforeAll(async () => {
  mock = new LLMock({ port: 0, host: '127.0.0.1' })
  // In the words of all dialects at once; each takes its own.
  const usage = {
    prompt_tokens: 11,
    completion_tokens: 7,
    input_tokens: 11,
    output_tokens: 7,
    promptTokenCount: 11,
    candidatesTokenCount: 7,
  }
  const toolCalls = [
    { id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}' },
    { id: 'call_2', name: 'weather', arguments: '{"city":"Rome"}' },
  ]
  mock.on({ hasToolResult: true }, { content: 'It rains.', usage })
  mock.on({ userMessage: 'weather' }, { toolCalls, usage })
  mock.on({ userMessage: 'gates' }, { content: 'Gates – grüne – open.', reasoning: 'Which gates?', usage })
  await mock.start()
  const providers = upstreams.map(({ name, dialect }) => `  ${name}: ${providerConfig(dialect, mock.url)}`)
  gateway = await startGateway({
    config: [
      'discover: off',
      'server: { drain_delay: 0s }',
      'providers:',
      ...providers,
      'keys: [{ name: tests, secret: env:TEST_KEY }]',
      '',
    ].join('\n'),
  })
})

afterAll(async () => {
  await gateway.stop()
  await mock.stop()
})

const tools: NonNullable<Question['tools']> = [
  {
    type: 'function',
    name: 'weather',
    description: 'Tells it',
    inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
]

const gates: Question = {
  prompt: [
    { role: 'system', content: 'Be brief' },
    { role: 'user', content: [{ type: 'text', text: 'Tell me of gates' }] },
  ],
}
const weather: Question = {
  prompt: [{ role: 'user', content: [{ type: 'text', text: 'How is the weather?' }] }],
  tools,
}

/** The question again, with the calls that were heard and their results. */
function answered(calls: Heard['tools']): Question {
  const parts = calls.map(({ id, name }) => ({ toolCallId: id, toolName: name }))
  return {
    prompt: [
      ...weather.prompt,
      {
        role: 'assistant',
        content: parts.map((part, index) => ({
          type: 'tool-call',
          ...part,
          input: JSON.parse(calls[index]?.arguments ?? '{}') as unknown,
        })),
      },
      {
        role: 'tool',
        content: parts.map((part) => ({
          type: 'tool-result',
          ...part,
          output: { type: 'text', value: 'rain' },
        })),
      },
    ],
    tools,
  }
}

const nothingElse = { text: '', reasoning: '', tools: [], isFailed: false }

/** What the other end says it was asked, in its own words. */
function lastAsked(): { readonly messages: readonly string[]; readonly tools: readonly string[] } {
  const body = mock.getLastRequest()?.body as
    | {
        readonly messages?: readonly { readonly role: string; readonly content?: unknown }[]
        readonly tools?: readonly { readonly function: { readonly name: string } }[]
      }
    | undefined
  return {
    messages: (body?.messages ?? []).map(({ role, content }) => `${role}: ${textOf(content)}`),
    tools: (body?.tools ?? []).map((tool) => tool.function.name),
  }
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part: { readonly text?: string }) => part.text ?? '').join('')
}

describe.each(doors)('%s', (oracle, base, prefix) => {
  describe.each(upstreams)('before $dialect', ({ dialect, name }) => {
    const place = (): Place => ({
      baseURL: `${gateway.url}${base}`,
      apiKey: testKey,
      model: `${prefix}${name}/m-1`,
    })
    // aimock's Ollama counts nothing, thinks under another dialect's name, and gives its calls no ids.
    const isOllama = dialect === 'ollama'
    // Its Gemini ends calls with a word that Gemini does not have; a relay hands it on.
    const callsFinish = dialect === 'gemini' && oracle === 'google' ? 'other' : 'tool-calls'
    const counts = isOllama ? { input: 0, output: 0 } : { input: 11, output: 7 }

    test.each([
      ['whole', askedWhole],
      ['streamed', askedStream],
    ] as const)('text is heard %s', async (_how, ask) => {
      const heard = await ask(oracle, place(), gates)
      expect(heard).toMatchObject({
        ...nothingElse,
        text: 'Gates – grüne – open.',
        reasoning: isOllama ? '' : 'Which gates?',
        finish: 'stop',
        usage: counts,
      })
      expect(lastAsked().messages).toEqual(['system: Be brief', 'user: Tell me of gates'])
    })

    test.each([
      ['whole', askedWhole],
      ['streamed', askedStream],
    ] as const)('parallel calls are heard %s, and their results are answered', async (_how, ask) => {
      const heard = sameArguments(await ask(oracle, place(), weather))
      const calls = heard.tools.map(({ name: called, arguments: text }) => `${called} ${text}`)
      expect(calls).toEqual(['weather {"city":"Oslo"}', 'weather {"city":"Rome"}'])
      if (!isOllama) expect(heard.tools.map(({ id }) => id)).toEqual(['call_1', 'call_2'])
      const { text, reasoning, isFailed } = nothingElse
      expect(heard).toMatchObject({ text, reasoning, isFailed, finish: callsFinish, usage: counts })
      expect(lastAsked().tools).toEqual(['weather'])
      const after = await ask(oracle, place(), answered(heard.tools))
      expect(after).toMatchObject({ ...nothingElse, text: 'It rains.', finish: 'stop' })
      expect(lastAsked().messages.filter((line) => line.startsWith('tool:'))).toHaveLength(2)
    })
  })
})
