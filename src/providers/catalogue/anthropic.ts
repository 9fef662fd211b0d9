// Anthropic through its OpenAI-compatible endpoint, which takes the key as a bearer. The model list is the
// native one: it wants `x-api-key` and a version, and pages by 20
// (https://docs.anthropic.com/en/api/models-list). A spend limit of the customer's own is a 400 told in
// words, the tier's a 429 with a code (https://www.developersdigest.tech/errors/api/anthropic-api). All seen
// 2026-11-21.
import { defineProvider } from '../provider.ts'

export const anthropic = defineProvider({
  name: 'anthropic',
  title: 'Anthropic',
  baseUrl: 'https://api.anthropic.com/v1',
  keyVariable: 'ANTHROPIC_API_KEY',
  paths: { answers: { 'openai-chat': '/chat/completions' }, models: '/models?limit=1000' },
  quirks: {
    streamUsage: 'ask',
    headers: { 'anthropic-version': '2023-06-01' },
    passHeaders: ['request-id'],
    modelListSigning: { kind: 'header', name: 'x-api-key' },
    quotaCodes: ['billing_error', 'enforced_spend_limit_reached'],
    quotaPhrases: ['You have reached your specified', 'Your credit balance is too low'],
  },
  documentation: 'https://platform.claude.com/docs/en/api/openai-sdk',
  seen: '2026-11-21',
})
