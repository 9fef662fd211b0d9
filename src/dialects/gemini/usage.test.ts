import { expect, test } from 'bun:test'
import { readUsage } from './usage.ts'

test('recordings and images are told apart from text, in requests and answers', () => {
  const metadata = {
    promptTokenCount: 100,
    candidatesTokenCount: 50,
    promptTokensDetails: [
      { modality: 'TEXT', tokenCount: 60 },
      { modality: 'AUDIO', tokenCount: 30 },
      { modality: 'IMAGE', tokenCount: 10 },
    ],
    candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 50 }],
  }
  expect(readUsage(metadata)).toEqual({
    inputTokens: 100,
    cachedInputTokens: 0,
    outputTokens: 50,
    reasoningTokens: 0,
    audioInputTokens: 30,
    imageInputTokens: 10,
    imageOutputTokens: 50,
  })
})

test('a part that is more than its whole is none', () => {
  const details = [{ modality: 'AUDIO', tokenCount: 11 }]
  const counts = { promptTokenCount: 10, cachedContentTokenCount: 11, candidatesTokenCount: 10 }
  expect(readUsage({ ...counts, promptTokensDetails: details, candidatesTokensDetails: details })).toEqual({
    inputTokens: 10,
    cachedInputTokens: 0,
    outputTokens: 10,
    reasoningTokens: 0,
  })
})
