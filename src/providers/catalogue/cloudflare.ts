// Cloudflare Workers AI. The account is part of the address, so the config has it:
// `base_url: https://api.cloudflare.com/client/v4/accounts/ACCOUNT/ai/v1`. Models cannot be listed there.
import { defineProvider } from '../provider.ts'

export const cloudflare = defineProvider({
  name: 'cloudflare',
  title: 'Cloudflare Workers AI',
  baseUrl: '',
  keyVariable: 'CLOUDFLARE_API_KEY',
  factsName: 'cloudflare-workers-ai',
  paths: {
    answers: { 'openai-chat': '/chat/completions', 'openai-responses': '/responses' },
    embeddings: '/embeddings',
  },
  quirks: { streamUsage: 'ask', maxTokensName: 'max_tokens' },
  documentation: 'https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility',
  seen: '2026-11-21',
})
