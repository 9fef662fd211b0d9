// NVIDIA's hosted models (NIM). A NIM of one's own is `type: openai-compatible`.
import { defineProvider } from '../provider.ts'

export const nvidia = defineProvider({
  name: 'nvidia',
  title: 'NVIDIA NIM',
  baseUrl: 'https://integrate.api.nvidia.com/v1',
  keyVariable: 'NVIDIA_API_KEY',
  factsName: 'nvidia',
  paths: {
    answers: { 'openai-chat': '/chat/completions' },
    embeddings: '/embeddings',
    models: '/models',
  },
  quirks: { streamUsage: 'ask', maxTokensName: 'max_tokens' },
  documentation: 'https://build.nvidia.com/',
  seen: '2026-11-21',
})
