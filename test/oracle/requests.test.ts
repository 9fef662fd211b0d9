// What clients of the Vercel AI SDK ask, caught on its way out and read by us: every part of every prompt must be there,
// in its place, and nothing without a place.
import { describe, expect, test } from 'bun:test'
import type { Endpoint } from '../../src/core/call.ts'
import { doors } from '../../src/dialects/doors.ts'
import { sendPrompt } from './ai-sdk.ts'
import type { OracleName, OraclePrompt } from './ai-sdk.ts'
import { askedOf } from './asked.ts'
import type { Asked } from './asked.ts'
import { promptCases } from './prompts.ts'

const speakers: readonly (readonly [OracleName, Endpoint, string])[] = [
  ['openai', 'chat', 'gpt-4.1'],
  ['openai-compatible', 'chat', 'm-1'],
  ['responses', 'responses', 'gpt-4.1'],
  ['anthropic', 'messages', 'claude-sonnet-4-5'],
  ['google', 'generate', 'gemini-2.5-pro'],
]

const nothing: Asked = {
  said: [],
  tools: [],
  toolChoice: undefined,
  format: undefined,
  maxTokens: undefined,
  temperature: undefined,
  topP: undefined,
  topK: undefined,
  stop: undefined,
  seed: undefined,
  unplaced: [],
}

type Body = Readonly<Record<string, unknown>>

/** The request that the SDK sends; undefined when it refuses to. */
async function caught(oracle: OracleName, model: string, prompt: OraclePrompt): Promise<Body | undefined> {
  let sent: Body | undefined
  const server = (body: string): Response => {
    sent = JSON.parse(body) as Body
    return new Response('{}')
  }
  try {
    await sendPrompt(oracle, server, { ...prompt, model })
  } catch {
    // It was given no answer.
  }
  return sent
}

describe.each(speakers)('requests of %s', (oracle, endpoint, model) => {
  test.each(promptCases.map((one) => [one.name, one] as const))(
    'with %s are read whole',
    async (_name, { prompt, asked, except = {} }) => {
      const body = await caught(oracle, model, prompt)
      if (oracle in except && except[oracle] === undefined) {
        expect(body).toBeUndefined()
        return
      }
      // Where the URL names the model, the edge lays it into the body.
      const read = askedOf(doors[endpoint].codec.readRequest({ model, stream: false, ...body }))
      // Messages demand a bound, so the SDK makes one up.
      const bound = oracle === 'anthropic' ? { maxTokens: read.maxTokens } : {}
      expect(read).toEqual({ ...nothing, ...bound, ...asked, ...except[oracle] })
    },
  )
})
