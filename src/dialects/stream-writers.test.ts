// What every writer of a stream does when we fail in the middle of it, and that official clients raise it.
import Anthropic from '@anthropic-ai/sdk'
import { createOpenAI } from '@ai-sdk/openai'
import { streamText } from 'ai'
import { describe, expect, test } from 'bun:test'
import OpenAI from 'openai'
import type { AnswerEvent } from '../core/answer-event.ts'
import { StreamInterrupted } from '../core/provider-errors.ts'
import { answerFacts, readStream, wireEvents } from '../../test/transcripts.ts'
import { anthropicMessages } from './anthropic-messages/codec.ts'
import type { ClientCodec } from './dialect.ts'
import { gemini } from './gemini/codec.ts'
import { openaiChat } from './openai-chat/codec.ts'
import { openaiResponses } from './openai-responses/codec.ts'
import { failureOf } from '../../test/failure-of.ts'

const codecs = [openaiChat, openaiResponses, anthropicMessages, gemini]
const failure = new StreamInterrupted('p', 'it fell silent')
const begun: readonly AnswerEvent[] = [
  { kind: 'start', id: undefined, model: undefined },
  { kind: 'text-delta', choice: 0, text: 'Gates ' },
]
const finish: AnswerEvent = { kind: 'finish', choice: 0, reason: 'stop', native: 'stop' }

function broken(codec: ClientCodec): string {
  const writer = codec.openWriter(answerFacts)
  return begun.map((event) => writer.write(event)).join('') + writer.fail(failure, 502, 'req_1')
}

function fetchOf(codec: ClientCodec) {
  const headers = { 'content-type': 'text/event-stream' }
  return Object.assign(async () => new Response(broken(codec), { headers }), { preconnect: () => undefined })
}

describe('a stream that we break off', () => {
  test.each(codecs)('ends with our error: $name', (codec) => {
    const events = readStream(codec, wireEvents(broken(codec)))
    expect(events.at(-1)).toMatchObject({ kind: 'error', error: { message: failure.message } })
    expect(events).toContainEqual({ kind: 'text-delta', choice: 0, text: 'Gates ' })
    expect(events.map(({ kind }) => kind)).not.toContain('end')
  })

  test.each(codecs)('is over: $name', (codec) => {
    const writer = codec.openWriter(answerFacts)
    writer.write({ kind: 'text-delta', choice: 0, text: 'Gates ' })
    expect(writer.fail(failure, 502, 'req_1')).not.toBe('')
    expect(writer.write({ kind: 'text-delta', choice: 0, text: 'swing' })).toBe('')
    expect(writer.write({ kind: 'end' })).toBe('')
    expect(writer.fail(failure, 502, 'req_1')).toBe('')
  })

  test.each(codecs)('cannot be broken once it is whole: $name', (codec) => {
    const writer = codec.openWriter(answerFacts)
    for (const event of [...begun, finish, { kind: 'end' } as const]) writer.write(event)
    expect(writer.fail(failure, 502, 'req_1')).toBe('')
  })

  test('before it began is the error alone', () => {
    for (const codec of codecs) {
      expect(codec.openWriter(answerFacts).fail(failure, 502, 'req_1')).toBe(
        codec.writeErrorEvent(failure, 502, 'req_1'),
      )
    }
  })

  test('goes on with the numbers of the Responses dialect', () => {
    const numbers = wireEvents(broken(openaiResponses)).map(
      ({ data: json }) => (JSON.parse(json) as { sequence_number: number }).sequence_number,
    )
    expect(numbers).toEqual(numbers.map((_number, index) => index))
  })

  test("is raised by OpenAI's client of the Responses dialect", async () => {
    const client = new OpenAI({ apiKey: 'none', fetch: fetchOf(openaiResponses), maxRetries: 0 })
    const raised = { code: 'stream_interrupted', type: 'server_error', message: failure.message }
    const helper = client.responses.stream({ model: 'fast', input: 'Hi' }).finalResponse()
    expect(await failureOf(() => helper)).toMatchObject(raised)
    const stream = await client.responses.create({ model: 'fast', input: 'Hi', stream: true })
    expect(await failureOf(() => Array.fromAsync(stream))).toMatchObject(raised)
  })

  test("is raised by Anthropic's client", async () => {
    const client = new Anthropic({ apiKey: 'none', fetch: fetchOf(anthropicMessages), maxRetries: 0 })
    const asked = { model: 'fast', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] } as const
    const raised = await failureOf(() =>
      client.messages.stream({ ...asked, messages: [...asked.messages] }).finalMessage(),
    )
    expect(raised).toBeInstanceOf(Anthropic.APIError)
    expect(raised).toMatchObject({ error: { error: { message: failure.message } } })
  })

  test.each([
    ['responses', openaiResponses],
    ['chat', openaiChat],
  ] as const)("is raised by Vercel's client of %s", async (api, codec) => {
    const provider = createOpenAI({ apiKey: 'none', baseURL: 'http://127.0.0.1/v1', fetch: fetchOf(codec) })
    const errors: unknown[] = []
    const { fullStream } = streamText({
      model: provider[api]('fast'),
      prompt: 'Hi',
      maxRetries: 0,
      onError: ({ error }) => void errors.push(error),
    })
    const parts = await Array.fromAsync(fullStream)
    expect(parts.map(({ type }) => type)).toContain('error')
    expect(JSON.stringify(errors)).toContain('stream_interrupted')
  })
})
