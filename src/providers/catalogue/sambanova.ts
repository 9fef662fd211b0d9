// SambaNova Cloud. Besides chat it has Responses and Messages of the Anthropic dialect, these with the key as
// Anthropic's SDK sends it (https://docs.sambanova.ai/docs/en/features/anthropic-compatibility, seen 2026-11-21).
import { defineProvider } from '../provider.ts'

export const sambanova = defineProvider({
  name: 'sambanova',
  title: 'SambaNova',
  baseUrl: 'https://api.sambanova.ai/v1',
  keyVariable: 'SAMBANOVA_API_KEY',
  otherSignings: { 'anthropic-messages': { kind: 'header', name: 'x-api-key' } },
  paths: {
    answers: {
      'openai-chat': '/chat/completions',
      'openai-responses': '/responses',
      'anthropic-messages': '/messages',
    },
    embeddings: '/embeddings',
    models: '/models',
  },
  quirks: { streamUsage: 'ask', maxTokensName: 'max_tokens' },
  documentation: 'https://docs.sambanova.ai/docs/en/get-started/api-keys-urls',
  seen: '2026-11-21',
})
