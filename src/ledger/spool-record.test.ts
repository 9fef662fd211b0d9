import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { AttemptBegin, AttemptEnd } from '../core/attempt.ts'
import { beginJson, endJson, markJson, readRecord } from './spool-record.ts'

const text = fc.string({ unit: 'binary', maxLength: 20 })
const count = fc.nat()
const begins: fc.Arbitrary<AttemptBegin> = fc.record({
  attemptId: text,
  callId: text,
  keyId: text,
  endpoint: text,
  model: text,
  provider: text,
  providerModel: text,
  stream: fc.boolean(),
  startedAtMs: count,
  estimatedInputTokens: count,
  generation: count,
})
const ends: fc.Arbitrary<AttemptEnd> = fc.record({
  outcome: fc.constantFrom('ok', 'cancelled', 'timeout'),
  status: count,
  connectMs: count,
  firstTokenMs: count,
  totalMs: count,
  reportedModel: text,
  usage: fc.record({
    inputTokens: count,
    cachedInputTokens: count,
    outputTokens: count,
    reasoningTokens: count,
  }),
  usageSource: fc.constantFrom('final', 'observed', 'estimated'),
})

describe('records of the spool', () => {
  test('come back as they were written, whatever their texts hold', () => {
    fc.assert(
      fc.property(begins, ends, count, (attempt, end, outputTokens) => {
        const { attemptId } = attempt
        expect(readRecord(beginJson(attempt))).toEqual({ kind: 'begin', attempt })
        expect(readRecord(markJson(attemptId, outputTokens))).toEqual({
          kind: 'mark',
          attemptId,
          outputTokens,
        })
        expect(readRecord(endJson(attemptId, end))).toEqual({ kind: 'end', attemptId, end })
      }),
      { numRuns: 50 },
    )
  })

  test('are one line of ASCII', () => {
    fc.assert(
      fc.property(begins, (attempt) => {
        expect(beginJson(attempt)).toMatch(/^[ -\x7f]*$/)
      }),
      { numRuns: 50 },
    )
  })

  test('of other kinds and with missing fields are none', () => {
    const begin = beginJson(fc.sample(begins, 1)[0] as AttemptBegin)
    const others = [
      '',
      'null',
      '7',
      '[]',
      '{}',
      '{"begin":null}',
      '{"attemptId":"a","mark":"3"}',
      '{"end":{}}',
    ]
    for (const json of [...others, begin.replace('"callId"', '"caller"'), begin.slice(0, -1)]) {
      expect(readRecord(json)).toBeUndefined()
    }
  })

  test('survive a number that is none', () => {
    const read = readRecord(markJson('att_1', Number.NaN))
    expect(read).toEqual({ kind: 'mark', attemptId: 'att_1', outputTokens: 0 })
  })
})
