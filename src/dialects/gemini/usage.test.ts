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
