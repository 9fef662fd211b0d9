// Anything else that speaks OpenAI's chat dialect. Where it is, only the config can say (`base_url`). Many such
// servers pass OpenAI's own errors on, so its codes for an empty account are known here too. All know
// `max_tokens`; only some its newer name.
import { defineProvider } from '../provider.ts'

export const openaiCompatible = defineProvider({
  name: 'openai-compatible',
  title: 'Any OpenAI-compatible server',
  baseUrl: '',
  paths: { answers: { 'openai-chat': '/chat/completions' }, embeddings: '/embeddings', models: '/models' },
  quirks: {
    streamUsage: 'ask',
    maxTokensName: 'max_tokens',
    quotaCodes: ['insufficient_quota', 'credit_balance_exhausted'],
  },
  documentation: 'https://developers.openai.com/api/reference/overview',
  seen: '2026-11-21',
})
