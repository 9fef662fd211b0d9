// DeepSeek. The base URL has no version; its documentation also knows it with `/v1`. Messages of the Anthropic dialect
// have a path of their own, which takes the key as a bearer too, and ignores the version
// (https://api-docs.deepseek.com/guides/anthropic_api). An empty balance is a 402
// (https://api-docs.deepseek.com/quick_start/error_codes). There are no embeddings. All seen 2026-11-21.
import { defineProvider } from '../provider.ts'

export const deepseek = defineProvider({
  name: 'deepseek',
  title: 'DeepSeek',
  baseUrl: 'https://api.deepseek.com',
  keyVariable: 'DEEPSEEK_API_KEY',
  factsName: 'deepseek',
  paths: {
    answers: { 'openai-chat': '/chat/completions', 'anthropic-messages': '/anthropic/v1/messages' },
    models: '/models',
  },
  quirks: { streamUsage: 'ask', baseUrlSuffix: '/v1', maxTokensName: 'max_tokens' },
  documentation: 'https://api-docs.deepseek.com/',
  seen: '2026-11-21',
})
