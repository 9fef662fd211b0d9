import { describe, expect, test } from 'bun:test'
import type { AnswerEvent } from '../../core/answer-event.ts'
import { readAnswer } from './translate-answer.ts'
import { readRequest as readPlaced } from './translate-request.ts'
import { writeAnswer } from './write-answer.ts'
import { placeless } from '../../../test/placeless.ts'

const readRequest = placeless(readPlaced)

const facts = { id: 'call-1', model: 'fast', nowSeconds: 1_763_700_000, wantsUsage: false }
const usage = { inputTokens: 10, cachedInputTokens: 4, outputTokens: 5, reasoningTokens: 2 }

interface Written {
  readonly choices: readonly {
    readonly message: Record<string, unknown>
    readonly finish_reason: string | null
  }[]
}

function write(...events: readonly AnswerEvent[]): Written {
  return writeAnswer(events, facts) as Written
}

const think = (text: string) => ({ kind: 'reasoning-delta', choice: 0, text }) as const
const seal = (text: string, redacted = false) =>
  ({ kind: 'reasoning-seal', choice: 0, seal: text, redacted, from: 'anthropic-messages' }) as const
const sound = (base64: string, transcript: string) =>
  ({ kind: 'media-delta', choice: 0, media: 'audio', base64, transcript }) as const

describe('a whole answer for a chat client', () => {
  test('has every member that an official client looks for', () => {
    const answer = writeAnswer(
      [
        { kind: 'start', id: undefined, model: undefined, fingerprint: 'fp' },
        { kind: 'text-delta', choice: 1, text: 'B' },
        { kind: 'text-delta', choice: 0, text: 'A' },
        { kind: 'part-end', choice: 0 },
        { kind: 'text-delta', choice: 0, text: 'a' },
        { kind: 'citation', choice: 0, citation: { url: 'https://example.org', native: 0 } },
        { kind: 'finish', choice: 0, reason: 'stop-text', stopText: 'END', native: 'stop_sequence' },
        { kind: 'finish', choice: 1, reason: 'length', native: 'max_tokens' },
        { kind: 'usage', usage, serviceTier: 'default' },
        { kind: 'foreign', from: 'gemini', value: 1 },
        { kind: 'end' },
      ],
      facts,
    )
    const cited = { url: 'https://example.org', title: '', start_index: 0, end_index: 0 }
    expect(answer).toEqual({
      id: 'call-1',
      object: 'chat.completion',
      created: 1_763_700_000,
      model: 'fast',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: 'Aa',
            refusal: null,
            annotations: [{ type: 'url_citation', url_citation: cited }],
          },
          logprobs: null,
          finish_reason: 'stop',
          stop_reason: 'END',
        },
        {
          index: 1,
          message: { role: 'assistant', content: 'B', refusal: null },
          logprobs: null,
          finish_reason: 'length',
        },
      ],
      usage: {
        prompt_tokens: 10,
        completion_tokens: 5,
        total_tokens: 15,
        prompt_tokens_details: { cached_tokens: 4, audio_tokens: 0 },
        completion_tokens_details: {
          reasoning_tokens: 2,
          audio_tokens: 0,
          accepted_prediction_tokens: 0,
          rejected_prediction_tokens: 0,
        },
      },
      service_tier: 'default',
      system_fingerprint: 'fp',
    })
  })

  test('thoughts with their seals come back in the next request as they were', () => {
    const { choices } = write(
      think('One.'),
      seal('S1'),
      seal('E', true),
      think('Two.'),
      seal('S2'),
      { kind: 'tool-call', choice: 0, call: 0, id: 'toolu_1', name: 'f', seal: 'G' },
      { kind: 'finish', choice: 0, reason: 'tool-calls', native: 'tool_use' },
    )
    const message = choices[0]?.message
    expect(message).toMatchObject({ content: null, reasoning_content: 'One.Two.' })
    const { turns, unplaced } = readRequest({ model: 'm', messages: [message] })
    const from = 'anthropic-messages'
    expect(turns[0]?.parts).toEqual([
      { kind: 'reasoning', text: 'One.', seal: 'S1', from },
      { kind: 'reasoning', text: '', seal: 'E', redacted: true, from },
      { kind: 'reasoning', text: 'Two.', seal: 'S2', from },
      { kind: 'tool-call', id: 'toolu_1', name: 'f', arguments: '{}', seal: 'G' },
    ])
    expect(unplaced).toEqual([])
  })

  test('pieces of sound are joined as bytes, not as text', () => {
    const { choices } = write(sound('QQ==', 'a'), sound('Qg==', 'b'))
    expect(choices[0]?.message['audio']).toEqual({ id: '', data: 'QUI=', transcript: 'ab', expires_at: 0 })
  })

  test('an answer that never finished says no reason', () => {
    expect(write({ kind: 'text-delta', choice: 0, text: 'Half' }).choices[0]?.finish_reason).toBeNull()
  })

  test('an error is all that is left of an answer', () => {
    const error = { message: 'No.', type: 'server_error', code: 'c' }
    expect(
      writeAnswer(
        [
          { kind: 'text-delta', choice: 0, text: 'Half' },
          { kind: 'error', error },
        ],
        facts,
      ),
    ).toEqual({
      error: { message: 'No.', type: 'server_error', param: null, code: 'c' },
    })
  })

  test('reads back as the events that it was made of', () => {
    const logprob = { token: 'a', logprob: -1, bytes: [97], top: [{ token: 'a', logprob: -1, bytes: null }] }
    const events: AnswerEvent[] = [
      { kind: 'start', id: 'x', model: 'm', createdSeconds: 5, serviceTier: 'flex', fingerprint: 'fp' },
      think('One.'),
      seal('S1'),
      { kind: 'text-delta', choice: 0, text: 'a' },
      { kind: 'media-delta', choice: 0, media: 'audio', id: 'a1', base64: 'AAAA', transcript: 't' },
      { kind: 'media-delta', choice: 0, media: 'image', mediaType: 'image/png', base64: 'AAAA' },
      { kind: 'tool-call', choice: 0, call: 0, id: 'c', name: 'sql', custom: true },
      { kind: 'tool-call-delta', choice: 0, call: 0, text: 'SELECT' },
      { kind: 'logprobs', choice: 0, logprobs: [logprob] },
      { kind: 'finish', choice: 0, reason: 'tool-calls', native: 'tool_calls' },
      { kind: 'usage', usage: { ...usage, audioOutputTokens: 1, cacheWriteTokens: 2 }, serviceTier: 'flex' },
      { kind: 'end' },
    ]
    expect(readAnswer(JSON.parse(JSON.stringify(writeAnswer(events, facts))))).toEqual(events)
  })
})
