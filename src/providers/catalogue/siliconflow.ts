// SiliconFlow, the international platform; the Chinese one is a `base_url` in the config.
import { defineProvider } from '../provider.ts'

export const siliconflow = defineProvider({
  name: 'siliconflow',
  title: 'SiliconFlow',
  baseUrl: 'https://api.siliconflow.com/v1',
  keyVariable: 'SILICONFLOW_API_KEY',
  factsName: 'siliconflow',
  paths: {
    answers: { 'openai-chat': '/chat/completions' },
    embeddings: '/embeddings',
    models: '/models',
  },
  quirks: { streamUsage: 'ask', maxTokensName: 'max_tokens' },
  documentation: 'https://docs.siliconflow.com/en/api-reference/chat-completions/chat-completions',
  seen: '2026-11-21',
})
