// Every fixture's answer written for each client dialect, whole and as a stream, and read by the Vercel AI SDK's provider
// of that dialect: it must hear what the provider said.
import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { AnswerEvent } from '../../src/core/answer-event.ts'
import { StreamInterrupted } from '../../src/core/provider-errors.ts'
import { dialectNames } from '../../src/core/model-request.ts'
import { anthropicMessages } from '../../src/dialects/anthropic-messages/codec.ts'
import type { ClientCodec, DialectCodec } from '../../src/dialects/dialect.ts'
import { gemini } from '../../src/dialects/gemini/codec.ts'
import { openaiChat } from '../../src/dialects/openai-chat/codec.ts'
import { openaiResponses } from '../../src/dialects/openai-responses/codec.ts'
import { answerFacts, readStream, transcriptsOf, wireEvents } from '../transcripts.ts'
import { heardStream, heardWhole } from './ai-sdk.ts'
import type { OracleName } from './ai-sdk.ts'
import { generatedAnswer } from './generated-answers.ts'
import { differing, knownAt, strayIn } from './differing.ts'
import { heardOf } from './heard.ts'
import type { Heard } from './heard.ts'
import { audible, writingDifferences } from './known-differences.ts'

const listeners: readonly (readonly [OracleName, DialectCodec])[] = [
  ['openai', openaiChat],
  ['openai-compatible', openaiChat],
  ['responses', openaiResponses],
  ['anthropic', anthropicMessages],
  ['google', gemini],
]

/** The first choice alone: the SDK mixes several. */
function firstChoice(events: readonly AnswerEvent[]): readonly AnswerEvent[] {
  return events.filter((event) => !('choice' in event) || event.choice === 0)
}

/** Failed and broken answers reach no client whole. */
function isWhole(events: readonly AnswerEvent[]): boolean {
  return events.at(-1)?.kind === 'end'
}

const answers: readonly (readonly [string, readonly AnswerEvent[]])[] = dialectNames.flatMap((dialect) =>
  transcriptsOf(dialect).map(({ name, events }) => [`${dialect}/${name}`, firstChoice(events)] as const),
)

/** A stream as the gateway writes it: one that fails or breaks off ends with our error. */
function streamOf(codec: ClientCodec, events: readonly AnswerEvent[]): string {
  const writer = codec.openWriter(answerFacts)
  const written = events.map((event) => (event.kind === 'error' ? '' : writer.write(event))).join('')
  if (isWhole(events)) return written
  return written + writer.fail(new StreamInterrupted('p', 'it went away'), 502, 'call_1')
}

function expected(oracle: OracleName, events: readonly AnswerEvent[]): Heard {
  return audible(oracle, { ...heardOf(events), isFailed: !isWhole(events) })
}

describe.each(listeners)('answers that are written for %s', (oracle, codec) => {
  test.each(answers.filter(([, events]) => isWhole(events)))('%s is heard whole', async (at, events) => {
    const theirs = await heardWhole(oracle, JSON.stringify(codec.writeAnswer(events, answerFacts)))
    const known = knownAt(writingDifferences, { at, oracle, way: 'whole' })
    expect(differing(expected(oracle, events), theirs)).toEqual(known)
  })

  test.each(answers)('%s is heard as a stream', async (at, events) => {
    const theirs = await heardStream(oracle, streamOf(codec, events))
    const known = knownAt(writingDifferences, { at, oracle, way: 'stream' })
    expect(differing(expected(oracle, events), theirs)).toEqual(known)
  })

  test('arguments keep members whose names others take for an attack', () => {
    const tools = [{ id: 'call_0', name: 'look_up', arguments: '{"a":{"__proto__":1}}' }]
    const start = { kind: 'start', id: 'resp_1', model: 'm-1' } as const
    const call = { kind: 'tool-call', choice: 0, call: 0, id: 'call_0', name: 'look_up' } as const
    const pieces = { kind: 'tool-call-delta', choice: 0, call: 0, text: '{"a":{"__proto__":1}}' } as const
    const finish = { kind: 'finish', choice: 0, reason: 'tool-calls', native: '' } as const
    const events = [start, call, pieces, finish, { kind: 'end' } as const]
    expect(heardOf(codec.readAnswer(codec.writeAnswer(events, answerFacts))).tools).toEqual(tools)
    expect(heardOf(readStream(codec, wireEvents(streamOf(codec, events)))).tools).toEqual(tools)
  })

  test('any answer is heard whole, and read by us as by them', async () => {
    await fc.assert(
      fc.asyncProperty(generatedAnswer, async (events) => {
        const answer = codec.writeAnswer(events, answerFacts)
        const theirs = await heardWhole(oracle, JSON.stringify(answer))
        expect(differing(expected(oracle, events), theirs)).toEqual([])
        expect(differing(audible(oracle, heardOf(codec.readAnswer(answer))), theirs)).toEqual([])
      }),
    )
  })

  test('any answer is heard as a stream, and read by us as by them', async () => {
    await fc.assert(
      fc.asyncProperty(generatedAnswer, async (events) => {
        const stream = streamOf(codec, events)
        const theirs = await heardStream(oracle, stream)
        const ours = heardOf(readStream(codec, wireEvents(stream)))
        expect(differing(expected(oracle, events), theirs)).toEqual([])
        expect(differing(audible(oracle, ours), theirs)).toEqual([])
      }),
    )
  })
})

test('every difference in what is heard is where somebody listens', () => {
  const listened = listeners.flatMap(([oracle]) => answers.map(([at]) => [at, oracle] as const))
  expect(strayIn(writingDifferences, listened)).toEqual([])
})
