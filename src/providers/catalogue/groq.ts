// Groq. A reached spend limit is a 400 with the code `blocked_api_access`
// (https://console.groq.com/docs/spend-limits, seen 2026-11-21); there are no embeddings.
import { defineProvider } from '../provider.ts'

export const groq = defineProvider({
  name: 'groq',
  title: 'Groq',
  baseUrl: 'https://api.groq.com/openai/v1',
  keyVariable: 'GROQ_API_KEY',
  paths: { answers: { 'openai-chat': '/chat/completions' }, models: '/models' },
  quirks: { streamUsage: 'ask', quotaCodes: ['blocked_api_access'] },
  documentation: 'https://console.groq.com/docs/errors',
  seen: '2026-11-21',
})
