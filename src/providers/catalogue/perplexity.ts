// Perplexity. Its chat API ended on 2026-09-27 (https://docs.perplexity.ai/docs/agent-api/migrate-from-sonar/overview,
// https://github.com/vercel/ai/releases/tag/@ai-sdk%2Fperplexity@3.1.0); what is left speaks Responses and keeps them
// (https://docs.perplexity.ai/docs/agent-api/conversation-state). All seen 2026-11-21.
import { defineProvider } from '../provider.ts'

export const perplexity = defineProvider({
  name: 'perplexity',
  title: 'Perplexity',
  baseUrl: 'https://api.perplexity.ai/v1',
  keyVariable: 'PERPLEXITY_API_KEY',
  factsName: 'perplexity-agent',
  dialect: 'openai-responses',
  paths: {
    answers: { 'openai-responses': '/responses' },
    models: '/models',
  },
  quirks: { streamUsage: 'always', keepsResponses: true },
  documentation: 'https://docs.perplexity.ai/docs/grounded-llm/openai-compatibility',
  seen: '2026-11-21',
})
