// Novita AI. Messages of the Anthropic dialect have a base URL of their own on the same host and take the key as a
// bearer, for some of its models (https://novita.ai/docs/guides/llm-anthropic-compatibility, seen 2026-11-21), which is
// why our paths begin there.
import { defineProvider } from '../provider.ts'

export const novita = defineProvider({
  name: 'novita',
  title: 'Novita AI',
  baseUrl: 'https://api.novita.ai',
  keyVariable: 'NOVITA_API_KEY',
  factsName: 'novita-ai',
  paths: {
    answers: { 'openai-chat': '/openai/chat/completions', 'anthropic-messages': '/anthropic/v1/messages' },
    models: '/openai/models',
  },
  quirks: { streamUsage: 'ask', baseUrlSuffix: '/openai', maxTokensName: 'max_tokens' },
  documentation: 'https://novita.ai/docs/guides/llm-anthropic-compatibility',
  seen: '2026-11-21',
})
