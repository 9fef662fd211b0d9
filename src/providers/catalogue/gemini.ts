// Gemini, in its own dialect: the method stands in the path, and a stream is asked for with `alt=sse`
// (https://ai.google.dev/api/generate-content); the list pages by 50
// (https://ai.google.dev/api/rest/v1beta/models/list). Embeddings go to its OpenAI-compatible endpoint, which takes the key as
// a bearer (https://ai.google.dev/gemini-api/docs/openai). Spent credits are a 402 since 2026, a 429 told in words
// before (https://discuss.ai.google.dev/t/183654). The list's names start with `models/`. All seen 2026-11-21.
import { defineProvider } from '../provider.ts'

export const gemini = defineProvider({
  name: 'gemini',
  title: 'Google Gemini',
  dialect: 'gemini',
  baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  signing: { kind: 'header', name: 'x-goog-api-key' },
  otherSignings: { embeddings: { kind: 'bearer' } },
  keyVariable: 'GEMINI_API_KEY',
  factsName: 'google',
  paths: {
    answers: { gemini: '/models/{model}:generateContent' },
    streams: { gemini: '/models/{model}:streamGenerateContent?alt=sse' },
    countTokens: '/models/{model}:countTokens',
    embeddings: '/openai/embeddings',
    models: '/models?pageSize=1000',
  },
  quirks: {
    streamUsage: 'always',
    // The OpenAI-compatible base URL, which was ours before the native one.
    baseUrlSuffix: '/openai',
    modelListPrefix: 'models/',
    quotaCodes: ['payment_required'],
    quotaPhrases: ['prepayment credits are depleted'],
  },
  documentation: 'https://ai.google.dev/api/generate-content',
  seen: '2026-11-21',
})
