// DeepSeek. The base URL has no version. An empty balance is a 402
// (https://api-docs.deepseek.com/quick_start/error_codes, seen 2026-11-21); there are no embeddings.
import { defineProvider } from '../provider.ts'

export const deepseek = defineProvider({
  name: 'deepseek',
  title: 'DeepSeek',
  baseUrl: 'https://api.deepseek.com',
  keyVariable: 'DEEPSEEK_API_KEY',
  paths: { answers: { 'openai-chat': '/chat/completions' }, models: '/models' },
  quirks: { streamUsage: 'ask' },
  documentation: 'https://api-docs.deepseek.com/',
  seen: '2026-11-21',
})
