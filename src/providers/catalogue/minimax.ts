// MiniMax, the international platform. Besides chat it has Responses, and Messages of the Anthropic dialect with a base
// URL of their own on the same host (https://www.developersdigest.tech/reference/api-compatibility/minimax), which is
// why our paths begin there; these take the key as a bearer. `max_tokens` is deprecated there
// (https://java.agentscope.io/v2/en/integration/model/minimax). All seen 2026-11-21.
import { defineProvider } from '../provider.ts'

export const minimax = defineProvider({
  name: 'minimax',
  title: 'MiniMax',
  baseUrl: 'https://api.minimax.io',
  keyVariable: 'MINIMAX_API_KEY',
  factsName: 'minimax',
  paths: {
    answers: {
      'openai-chat': '/v1/chat/completions',
      'openai-responses': '/v1/responses',
      'anthropic-messages': '/anthropic/v1/messages',
    },
    models: '/v1/models',
  },
  quirks: { streamUsage: 'ask', baseUrlSuffix: '/v1' },
  documentation: 'https://platform.minimax.io/docs/api-reference/text-anthropic-api',
  seen: '2026-11-21',
})
