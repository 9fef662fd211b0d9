import { describe, expect, test } from 'bun:test'
import { readUsage } from './read-usage.ts'

const details = (cached: unknown, reasoning: unknown) => ({
  prompt_tokens_details: { cached_tokens: cached },
  completion_tokens_details: { reasoning_tokens: reasoning },
})

function counts(usage: Record<string, unknown>): readonly number[] {
  const read = readUsage({ prompt_tokens: 10, completion_tokens: 4, ...usage })
  return read === undefined
    ? []
    : [read.inputTokens, read.cachedInputTokens, read.outputTokens, read.reasoningTokens]
}

describe('the counts of a chat answer', () => {
  test.each<[string, Record<string, unknown>, readonly number[]]>([
    ['OpenAI', { total_tokens: 14, ...details(3, 2) }, [10, 3, 4, 2]],
    ['one that says no more', {}, [10, 0, 4, 0]],
    ['xAI, whose reasoning stands beside', { total_tokens: 34, ...details(3, 20) }, [10, 3, 24, 20]],
    [
      'DeepSeek, with a cache of its own name',
      { prompt_cache_hit_tokens: 6, total_tokens: 14 },
      [10, 6, 4, 0],
    ],
    ['one that counts more reasoning than output', { total_tokens: 14, ...details(3, 20) }, [10, 3, 4, 0]],
    ['one that knew more than there was', { ...details(11, 0), prompt_cache_hit_tokens: 11 }, [10, 0, 4, 0]],
    ['one that counts in words', details('3', [2]), [10, 0, 4, 0]],
    ['embeddings', { completion_tokens: undefined }, [10, 0, 0, 0]],
    ['one below nothing', { prompt_tokens: -1 }, []],
    ['one that counts halves', { completion_tokens: 0.5 }, []],
  ])('are read from %s', (_who, usage, expected) => {
    expect(counts(usage)).toEqual(expected)
  })

  test('are none where there are none', () => {
    expect(readUsage(null)).toBeUndefined()
    expect(readUsage([])).toBeUndefined()
  })
})
