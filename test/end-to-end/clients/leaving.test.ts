// A client that leaves in the middle of a stream, by each door in front of a provider of every dialect: the connection to
// the provider is closed too, so that nobody pays for words that nobody reads.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import OpenAI from 'openai'
import { goesOn, question, startRig, upstreams } from './rig.ts'
import type { Rig } from './rig.ts'
import { failureOf } from '../../failure-of.ts'

let rig: Rig

beforeAll(async () => {
  rig = await startRig()
})

afterAll(() => rig[Symbol.asyncDispose]())

beforeEach(() => rig.forget())

/** Reads the beginning of a stream by its client, and leaves as its users do. */
type Leave = (model: string) => Promise<void>

const pieces = 3

/** Reads that many, then says so once. */
async function leaveAfterWords(stream: AsyncIterable<unknown>, leave: () => void): Promise<void> {
  let seen = 0
  try {
    for await (const _ of stream) {
      seen += 1
      if (seen === pieces) leave()
    }
  } catch (failure) {
    // Some clients raise their own leaving.
    if (seen < pieces) throw failure
  }
}

const openai = (): OpenAI => new OpenAI({ baseURL: rig.v1, apiKey: rig.key, maxRetries: 0 })
const messages = [{ role: 'user' as const, content: question }]

const leaves: readonly (readonly [string, Leave])[] = [
  [
    'chat completions, aborted by a signal',
    async (model) => {
      const leaving = new AbortController()
      const { signal } = leaving
      const stream = await openai().chat.completions.create({ model, messages, stream: true }, { signal })
      await leaveAfterWords(stream, () => leaving.abort())
    },
  ],
  [
    'chat completions, by the helper',
    async (model) => {
      const stream = openai().chat.completions.stream({ model, messages })
      await leaveAfterWords(stream, () => stream.abort())
    },
  ],
  [
    'responses, by leaving the loop',
    async (model) => {
      const stream = await openai().responses.create({ model, input: question, stream: true })
      for await (const event of stream) if (event.type === 'response.output_text.delta') break
    },
  ],
  [
    'responses, by the helper',
    async (model) => {
      const stream = openai().responses.stream({ model, input: question })
      await leaveAfterWords(stream, () => stream.abort())
    },
  ],
  [
    'messages, by the helper',
    async (model) => {
      const client = new Anthropic({ baseURL: rig.url, apiKey: rig.key, maxRetries: 0 })
      const stream = client.messages.stream({ model, max_tokens: 2000, messages })
      await leaveAfterWords(stream, () => stream.abort())
    },
  ],
  [
    'generated content, aborted by a signal',
    async (model) => {
      const client = new GoogleGenAI({ apiKey: rig.key, httpOptions: { baseUrl: rig.url } })
      const leaving = new AbortController()
      const config = { abortSignal: leaving.signal }
      const stream = await client.models.generateContentStream({ model, contents: question, config })
      await leaveAfterWords(stream, () => leaving.abort())
    },
  ],
]

const pairs = leaves.flatMap(([way, leave]) =>
  upstreams.map(([dialect, model]) => [way, dialect, { leave, model }] as const),
)

describe('leaving closes the connection to the provider:', () => {
  test.each(pairs)('%s in front of %s', async (_way, _dialect, { leave, model }) => {
    rig.simulator.next(goesOn)
    const before = rig.simulator.bill.length
    await leave(model)
    const attempt = rig.simulator.bill[before]
    const entry = await rig.simulator.waitForAbort(attempt?.attemptId)
    expect(entry.finish).toBe('aborted-by-client')
    expect(rig.simulator.bill).toHaveLength(before + 1)
  })

  test('a client that leaves before the first word, too', async () => {
    rig.simulator.next({ delays: { beforeHeadMs: 60_000 } })
    const before = rig.simulator.requests.length
    const leaving = new AbortController()
    const asked = { model: 'claude/m', messages }
    const failure = failureOf(() => openai().chat.completions.create(asked, { signal: leaving.signal }))
    await rig.simulator.waitForRequests(before + 1)
    leaving.abort()
    expect(await failure).toBeInstanceOf(OpenAI.APIUserAbortError)
    const attempt = rig.simulator.bill.at(-1)
    expect((await rig.simulator.waitForAbort(attempt?.attemptId)).finish).toBe('aborted-by-client')
  })
})
