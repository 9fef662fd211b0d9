// Gemini through its OpenAI-compatible endpoint. Usage comes in several chunks, each with the count so far,
// so the last one counts (https://github.com/ogx-ai/ogx/issues/5122). Spent credits are a 402 since 2026, a
// 429 told in words before (https://discuss.ai.google.dev/t/183654). The list's names start with `models/`.
// All seen 2026-11-21.
import { defineProvider } from '../provider.ts'

export const gemini = defineProvider({
  name: 'gemini',
  title: 'Google Gemini',
  baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
  keyVariable: 'GEMINI_API_KEY',
  paths: { answers: { 'openai-chat': '/chat/completions' }, embeddings: '/embeddings', models: '/models' },
  quirks: {
    streamUsage: 'ask',
    modelListPrefix: 'models/',
    quotaCodes: ['payment_required'],
    quotaPhrases: ['prepayment credits are depleted'],
  },
  documentation: 'https://ai.google.dev/gemini-api/docs/openai',
  seen: '2026-11-21',
})
