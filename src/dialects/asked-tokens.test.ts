import { describe, expect, test } from 'bun:test'
import { askedTokens } from './asked-tokens.ts'
import { readJsonBody } from './json-body.ts'

describe('of an answer', () => {
  test.each([
    ['openai-chat', '{"max_tokens":100}', 100],
    ['openai-chat', '{"max_completion_tokens":7,"max_tokens":9}', 9],
    ['openai-chat', '{"max_completion_tokens":7,"max_tokens":null}', 7],
    ['openai-responses', '{"max_output_tokens":20.7}', 20],
    ['anthropic-messages', '{"max_tokens":5}', 5],
    ['gemini', '{"generationConfig":{"maxOutputTokens":33}}', 33],
    ['gemini', '{"generation_config":{"max_output_tokens":34}}', 34],
  ] as const)('%s %s asks for %p tokens', (dialect, text, tokens) => {
    expect(askedTokens(readJsonBody(Buffer.from(text)), dialect)).toBe(tokens)
  })

  test.each([
    ['openai-chat', '{"max_tokens":null}'],
    ['openai-chat', '{"max_tokens":"100"}'],
    ['openai-chat', '{"messages":[{"max_tokens":5}]}'],
    ['gemini', '{"generationConfig":null}'],
    // Words of other dialects.
    ['openai-chat', '{"max_output_tokens":1}'],
    ['openai-chat', '{"generationConfig":{"maxOutputTokens":1}}'],
    ['openai-responses', '{"max_tokens":1,"max_completion_tokens":1}'],
    ['anthropic-messages', '{"max_completion_tokens":1}'],
    ['gemini', '{"maxOutputTokens":1}'],
    // Another one may be the one that is read.
    ['openai-chat', '{"max_completion_tokens":1,"max_tokens":-1}'],
    ['openai-chat', '{"max_tokens":1,"max_tokens":null}'],
    ['gemini', '{"generationConfig":{"maxOutputTokens":1},"generateContentRequest":{"contents":[]}}'],
  ] as const)('%s %s says nothing that everybody would go by', (dialect, text) => {
    expect(askedTokens(readJsonBody(Buffer.from(text)), dialect)).toBeUndefined()
  })
})
