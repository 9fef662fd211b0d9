// OpenAI, the reference of its own dialects. Quota and rate share the status 429; only `error.code` tells them
// apart: https://help.openai.com/en/articles/6614457-troubleshooting-api-usage-and-spend-limits (seen
// 2026-11-21).
import { defineProvider } from '../provider.ts'

export const openai = defineProvider({
  name: 'openai',
  title: 'OpenAI',
  baseUrl: 'https://api.openai.com/v1',
  keyVariable: 'OPENAI_API_KEY',
  factsName: 'openai',
  paths: {
    answers: { 'openai-chat': '/chat/completions', 'openai-responses': '/responses' },
    embeddings: '/embeddings',
    models: '/models',
  },
  quirks: {
    streamUsage: 'ask',
    keepsResponses: true,
    passHeaders: ['openai-organization'],
    quotaCodes: [
      'insufficient_quota',
      'credit_balance_exhausted',
      'organization_spend_limit_exceeded',
      'organization_usage_limit_exceeded',
      'project_spend_limit_exceeded',
    ],
  },
  documentation: 'https://developers.openai.com/api/reference/overview',
  seen: '2026-11-21',
})
