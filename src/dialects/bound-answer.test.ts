import { describe, expect, test } from 'bun:test'
import type { AnswerBound } from '../core/caller.ts'
import { boundAnswer } from './bound-answer.ts'
import type { Spoken } from './doors.ts'

const refusing: AnswerBound = { unasked: 10, max: 20, lowers: false }
const lowering: AnswerBound = { max: 20, lowers: true }

function bounded(spoken: Spoken, body: string, bound: AnswerBound = refusing): string {
  return Buffer.from(boundAnswer(Buffer.from(body), spoken, bound)).toString()
}

describe('a request that says nothing of the length of its answer', () => {
  test.each([
    ['openai-chat', '{ "model":"ä" , "x":1e2 }', '{ "model":"ä" , "x":1e2 ,"max_completion_tokens":10}'],
    ['openai-chat', '{"max_tokens":null}', '{"max_tokens":10}'],
    ['openai-responses', '{}', '{"max_output_tokens":10}'],
    ['anthropic-messages', '{"a":{"max_tokens":99}}', '{"a":{"max_tokens":99},"max_tokens":10}'],
    ['gemini', '{"contents":[]}', '{"contents":[],"generationConfig":{"maxOutputTokens":10}}'],
    ['gemini', '{"generation_config":{"a":1}}', '{"generation_config":{"a":1,"maxOutputTokens":10}}'],
    ['gemini', '{"generationConfig":{ }}', '{"generationConfig":{ "maxOutputTokens":10}}'],
    ['gemini', '{"generationConfig":null}', '{"generationConfig":{"maxOutputTokens":10}}'],
    ['embeddings', '{"input":"x"}', '{"input":"x"}'],
    ['anthropic-messages/count', '{}', '{}'],
  ] as const)('%s: %s', (spoken, body, wanted) => {
    expect(bounded(spoken, body)).toBe(wanted)
  })

  test('gets as much as it may where nothing else is said', () => {
    expect(bounded('openai-chat', '{}', lowering)).toBe('{"max_completion_tokens":20}')
    expect(bounded('openai-chat', '{}', { lowers: false })).toBe('{}')
  })
})

describe('a request that says how long its answer may be', () => {
  test('goes on byte for byte within the bound', () => {
    const bytes = Buffer.from('{ "max_tokens" : 20 }')
    expect(boundAnswer(bytes, 'openai-chat', refusing)).toBe(bytes)
  })

  test.each([
    ['openai-chat', '{"max_tokens":21}', 'max_tokens'],
    ['openai-chat', '{"max_tokens":1,"max_completion_tokens":2e1,"max_tokens":1e9}', 'max_tokens'],
    ['openai-chat', '{"max\\u005ftokens":21}', 'max_tokens'],
    ['gemini', '{"generationConfig":{"max_output_tokens":21}}', 'generationConfig.max_output_tokens'],
  ] as const)('is refused above it, by its name: %s %s', (spoken, body, name) => {
    expect(() => bounded(spoken, body)).toThrow(`Invalid value for "${name}"`)
  })

  test('is lowered where the operator said so, wherever it stands', () => {
    const body = '{"max_tokens":9007199254740993,"seed":12345678901234567890,"max_tokens":21}'
    expect(bounded('openai-chat', body, lowering)).toBe(
      '{"max_tokens":20,"seed":12345678901234567890,"max_tokens":20}',
    )
  })

  test('does not get around it by a null of the same name', () => {
    expect(bounded('openai-chat', '{"max_tokens":5,"max_tokens":null}')).toBe(
      '{"max_tokens":5,"max_tokens":10}',
    )
    expect(bounded('openai-chat', '{"max_tokens":null,"max_tokens":null}')).toBe(
      '{"max_tokens":10,"max_tokens":10}',
    )
    const other = '{"max_completion_tokens":5,"max_tokens":null}'
    expect(bounded('openai-chat', other)).toBe(other)
  })

  test.each(['-1', '0', '"100000"', '1.5', '[1]', '{}', 'true', '1e999'])('is none: %s', (value) => {
    expect(() => bounded('openai-chat', `{"max_tokens":${value}}`)).toThrow('Invalid type for "max_tokens"')
  })

  test('does not hide in a request within a request', () => {
    const body = '{"generateContentRequest":{"generationConfig":{"maxOutputTokens":99}}}'
    expect(() => bounded('gemini', body)).toThrow('write its members into the body itself')
  })
})
