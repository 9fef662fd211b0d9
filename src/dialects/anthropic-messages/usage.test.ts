import { expect, test } from 'bun:test'
import { readUsage } from './usage.ts'

test('input is all of it, and what was written to the cache is told by how long it stays', () => {
  const counts = {
    input_tokens: 10,
    cache_read_input_tokens: 100,
    cache_creation_input_tokens: 30,
    cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 10 },
    output_tokens: 5,
  }
  expect(readUsage(counts)).toEqual({
    inputTokens: 140,
    cachedInputTokens: 100,
    cacheWriteTokens: 30,
    cacheWriteHourTokens: 10,
    outputTokens: 5,
    reasoningTokens: 0,
  })
})

test('no more is written for an hour than is written', () => {
  const cache = { ephemeral_1h_input_tokens: 99 }
  expect(readUsage({ cache_creation_input_tokens: 3, cache_creation: cache }).cacheWriteHourTokens).toBe(3)
  expect(readUsage({ cache_creation: cache }).cacheWriteHourTokens).toBeUndefined()
})

test('thoughts that are more than the answer are none', () => {
  const told = (thoughts: number): number =>
    readUsage({ output_tokens: 5, output_tokens_details: { thinking_tokens: thoughts } }).reasoningTokens
  expect([told(5), told(6), told(1e300)]).toEqual([5, 0, 0])
})
