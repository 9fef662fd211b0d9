// Baseten's Model APIs. Messages of the Anthropic dialect are in beta and take the key as a bearer
// (https://docs.baseten.co/reference/inference-api/messages, seen 2026-11-21). A deployment of one's own is a
// `base_url` in the config.
import { defineProvider } from '../provider.ts'

export const baseten = defineProvider({
  name: 'baseten',
  title: 'Baseten',
  baseUrl: 'https://inference.baseten.co/v1',
  keyVariable: 'BASETEN_API_KEY',
  factsName: 'baseten',
  paths: {
    answers: { 'openai-chat': '/chat/completions', 'anthropic-messages': '/messages' },
    models: '/models',
  },
  quirks: { streamUsage: 'ask', maxTokensName: 'max_tokens' },
  documentation: 'https://docs.baseten.co/reference/inference-api/chat-completions',
  seen: '2026-11-21',
})
