// Cohere through its OpenAI-compatible endpoint, whose streams hold no token count
// (https://docs.rs/llm/1.3.4/x86_64-unknown-linux-gnu/src/llm/backends/cohere.rs.html). The model list is the native
// one, `{"models":[{"name":…}]}` (https://docs.cohere.com/reference/list-models), which is why our paths begin at the
// host. All seen 2026-11-21.
import { defineProvider } from '../provider.ts'

export const cohere = defineProvider({
  name: 'cohere',
  title: 'Cohere',
  baseUrl: 'https://api.cohere.ai',
  keyVariable: 'COHERE_API_KEY',
  factsName: 'cohere',
  paths: {
    answers: { 'openai-chat': '/compatibility/v1/chat/completions' },
    embeddings: '/compatibility/v1/embeddings',
    models: '/v1/models?page_size=1000',
  },
  quirks: { streamUsage: 'never', baseUrlSuffix: '/compatibility/v1', maxTokensName: 'max_tokens' },
  documentation: 'https://docs.cohere.com/docs/compatibility-api',
  seen: '2026-11-21',
})
