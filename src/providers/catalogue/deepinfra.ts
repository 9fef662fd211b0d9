// DeepInfra.
import { defineProvider } from '../provider.ts'

export const deepinfra = defineProvider({
  name: 'deepinfra',
  title: 'DeepInfra',
  baseUrl: 'https://api.deepinfra.com/v1/openai',
  keyVariable: 'DEEPINFRA_API_KEY',
  factsName: 'deepinfra',
  paths: {
    answers: { 'openai-chat': '/chat/completions' },
    embeddings: '/embeddings',
    models: '/models',
  },
  quirks: { streamUsage: 'ask', maxTokensName: 'max_tokens' },
  documentation: 'https://deepinfra.com/docs/advanced/openai_api',
  seen: '2026-11-21',
})
