// vLLM, a local server. It wants a key only when it was started with one. It has Responses, which it keeps only when it
// was told to, and Messages of the Anthropic dialect
// (https://www.developersdigest.tech/reference/api-compatibility/vllm). All seen 2026-11-21.
import { defineProvider } from '../provider.ts'

export const vllm = defineProvider({
  name: 'vllm',
  title: 'vLLM',
  baseUrl: 'http://127.0.0.1:8000/v1',
  local: { port: 8000 },
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
  documentation: 'https://docs.vllm.ai/en/v0.28.0/serving/online_serving/openai_compatible_server/',
  seen: '2026-11-21',
})
