// LM Studio, a local server. It counts a stream only when asked
// (https://github.com/zed-industries/zed/pull/57861; older releases ignore the question). It has Responses, which it
// keeps (https://lmstudio.ai/docs/api/rest-api), and Messages of the Anthropic dialect, with a bearer as well
// (https://lmstudio.ai/docs/developer/anthropic-compat). All seen 2026-11-21.
import { defineProvider } from '../provider.ts'

export const lmstudio = defineProvider({
  name: 'lmstudio',
  title: 'LM Studio',
  baseUrl: 'http://127.0.0.1:1234/v1',
  local: { port: 1234 },
  paths: {
    answers: {
      'openai-chat': '/chat/completions',
      'openai-responses': '/responses',
      'anthropic-messages': '/messages',
    },
    embeddings: '/embeddings',
    models: '/models',
  },
  quirks: { streamUsage: 'ask', maxTokensName: 'max_tokens', keepsResponses: true },
  documentation: 'https://lmstudio.ai/docs/developer/openai-compat',
  seen: '2026-11-21',
})
