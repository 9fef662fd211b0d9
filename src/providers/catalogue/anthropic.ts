// Anthropic, in its own dialect. The version is the client's where it sent one, for there are two: 2026-10-21 refuses
// sampling settings, and 2023-06-01 takes what both know
// (https://platform.claude.com/docs/en/api/versioning?version=2026-10-21). The model list pages by 20
// (https://docs.anthropic.com/en/api/models-list). A spend limit of the customer's own is a 400 told in words, the
// tier's a 429 with a code (https://www.developersdigest.tech/errors/api/anthropic-api). All seen 2026-11-21.
import { defineProvider } from '../provider.ts'

export const anthropic = defineProvider({
  name: 'anthropic',
  title: 'Anthropic',
  dialect: 'anthropic-messages',
  baseUrl: 'https://api.anthropic.com/v1',
  signing: { kind: 'header', name: 'x-api-key' },
  keyVariable: 'ANTHROPIC_API_KEY',
  factsName: 'anthropic',
  paths: {
    answers: { 'anthropic-messages': '/messages' },
    countTokens: '/messages/count_tokens',
    models: '/models?limit=1000',
  },
  quirks: {
    streamUsage: 'always',
    defaultHeaders: { 'anthropic-version': '2023-06-01' },
    passHeaders: [
      'request-id',
      'anthropic-organization-id',
      'anthropic-workspace-id',
      'anthropic-ratelimit-requests-limit',
      'anthropic-ratelimit-requests-remaining',
      'anthropic-ratelimit-requests-reset',
      'anthropic-ratelimit-tokens-limit',
      'anthropic-ratelimit-tokens-remaining',
      'anthropic-ratelimit-tokens-reset',
      'anthropic-ratelimit-input-tokens-limit',
      'anthropic-ratelimit-input-tokens-remaining',
      'anthropic-ratelimit-input-tokens-reset',
      'anthropic-ratelimit-output-tokens-limit',
      'anthropic-ratelimit-output-tokens-remaining',
      'anthropic-ratelimit-output-tokens-reset',
    ],
    quotaCodes: ['billing_error', 'enforced_spend_limit_reached'],
    quotaPhrases: ['You have reached your specified', 'Your credit balance is too low'],
  },
  documentation: 'https://platform.claude.com/docs/en/api/versioning',
  seen: '2026-11-21',
})
