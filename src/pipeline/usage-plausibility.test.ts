import { describe, expect, test } from 'bun:test'
import { noUsage } from '../core/usage.ts'
import { isPlausible } from './usage-plausibility.ts'

const seen = { bytes: 10_000, events: 50, mayThink: false }
/** Ten thousand bytes, less forty for each event; times 1.2, and 50. */
const most = (10_000 - 50 * 40) * 1.2 + 50

describe('a count of an answer', () => {
  test.each([
    ['that says nothing', 0, true],
    ['of a token for each event', 50, true],
    ['of as many as there can be', most, true],
    ['of one more', most + 1, false],
  ])('%s', (_title, outputTokens, expected) => {
    expect(isPlausible({ ...noUsage, outputTokens }, seen)).toBe(expected)
  })

  test('may hold thoughts, sound, images and rejected predictions that are told apart and were not seen', () => {
    const told = {
      reasoningTokens: 50_000,
      audioOutputTokens: 300,
      imageOutputTokens: 1_290,
      rejectedTokens: 7_000,
    }
    const usage = { ...noUsage, ...told, outputTokens: 50_000 + 300 + 1_290 + 7_000 + most }
    expect(isPlausible(usage, seen)).toBeTrue()
    expect(isPlausible({ ...usage, outputTokens: usage.outputTokens + 1 }, seen)).toBeFalse()
  })

  test('may hold thoughts that nobody tells of, where the model may think', () => {
    const usage = { ...noUsage, outputTokens: 30_000 }
    expect(isPlausible(usage, { ...seen, mayThink: true })).toBeTrue()
    expect(isPlausible({ ...usage, reasoningTokens: 1 }, { ...seen, mayThink: true })).toBeFalse()
  })

  test('is none above what any model writes, or where it is no number', () => {
    const at = (inputTokens: number, outputTokens: number): boolean =>
      isPlausible({ ...noUsage, inputTokens, outputTokens }, { ...seen, mayThink: true })
    expect([at(10_000_000, 0), at(10_000_000, 1), at(Number.NaN, 0), at(0, Infinity)]).toEqual([
      true,
      false,
      false,
      false,
    ])
    expect(isPlausible(undefined, seen)).toBeFalse()
  })

  test.each([
    ['is more than its whole', { reasoningTokens: 11 }],
    ['is more than any number can count', { cachedInputTokens: 1e300 }],
    ['is less than nothing', { audioOutputTokens: -1 }],
    ['is a fraction', { cacheWriteTokens: 0.5 }],
    ['is no number', { imageInputTokens: Number.NaN }],
  ])('is none where a part of it %s', (_title, part) => {
    const usage = { ...noUsage, inputTokens: 10, outputTokens: 10 }
    expect([isPlausible(usage, seen), isPlausible({ ...usage, ...part }, seen)]).toEqual([true, false])
  })

  test('of an answer in one piece, or in events that are shorter than any we know, is measured by its bytes', () => {
    expect(isPlausible({ ...noUsage, outputTokens: 110 }, { ...seen, bytes: 50, events: 0 })).toBeTrue()
    expect(isPlausible({ ...noUsage, outputTokens: 111 }, { ...seen, bytes: 50, events: 0 })).toBeFalse()
    expect(isPlausible({ ...noUsage, outputTokens: 60 }, { ...seen, bytes: 100, events: 60 })).toBeTrue()
  })
})
