// Nebius Token Factory, once AI Studio.
import { defineProvider } from '../provider.ts'

export const nebius = defineProvider({
  name: 'nebius',
  title: 'Nebius Token Factory',
  baseUrl: 'https://api.tokenfactory.nebius.com/v1',
  keyVariable: 'NEBIUS_API_KEY',
  factsName: 'nebius',
  paths: {
    answers: { 'openai-chat': '/chat/completions' },
    embeddings: '/embeddings',
    models: '/models',
  },
  quirks: { streamUsage: 'ask', maxTokensName: 'max_tokens' },
  documentation: 'https://docs.tokenfactory.nebius.com/api-reference/introduction',
  seen: '2026-11-21',
})
