// Groq. It answers `logprobs`, `top_logprobs` and `logit_bias` with a 400, takes one choice only, and has a Responses
// API besides (https://console.groq.com/docs/openai). A reached spend limit is a 400 with the code
// `blocked_api_access` (https://console.groq.com/docs/spend-limits). There are no embeddings. All seen 2026-11-21.
import { defineProvider } from '../provider.ts'

export const groq = defineProvider({
  name: 'groq',
  title: 'Groq',
  baseUrl: 'https://api.groq.com/openai/v1',
  keyVariable: 'GROQ_API_KEY',
  factsName: 'groq',
  paths: {
    answers: { 'openai-chat': '/chat/completions', 'openai-responses': '/responses' },
    models: '/models',
  },
  quirks: {
    streamUsage: 'ask',
    drops: ['logprobs', 'top_logprobs', 'logit_bias'],
    lacks: ['logprobs', 'choices'],
    quotaCodes: ['blocked_api_access'],
  },
  documentation: 'https://console.groq.com/docs/errors',
  seen: '2026-11-21',
})
