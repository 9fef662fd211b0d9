// Fireworks AI. Usage is in the last event of every stream, the one with `finish_reason`, unasked. It has Responses,
// kept for 30 days (https://docs.fireworks.ai/guides/response-api), and Messages of the Anthropic dialect, with a bearer
// (https://docs.fireworks.ai/tools-sdks/anthropic-compatibility). Besides 402, a suspended account is a 412
// (https://docs.fireworks.ai/guides/inference-error-codes, https://github.com/amd/gaia/issues/3766). All seen 2026-11-21.
import { defineProvider } from '../provider.ts'

export const fireworks = defineProvider({
  name: 'fireworks',
  title: 'Fireworks AI',
  baseUrl: 'https://api.fireworks.ai/inference/v1',
  keyVariable: 'FIREWORKS_API_KEY',
  factsName: 'fireworks-ai',
  paths: {
    answers: {
      'openai-chat': '/chat/completions',
      'openai-responses': '/responses',
      'anthropic-messages': '/messages',
    },
    embeddings: '/embeddings',
    models: '/models',
  },
  quirks: {
    streamUsage: 'always',
    maxTokensName: 'max_tokens',
    keepsResponses: true,
    credentialStatuses: [412],
  },
  documentation: 'https://docs.fireworks.ai/tools-sdks/openai-compatibility',
  seen: '2026-11-21',
})
