// llama.cpp's server. Releases of 2025 sent the usage chunk unasked, later ones only when asked
// (https://github.com/ggml-org/llama.cpp/issues/16048), so we ask. It takes Messages since the end of 2025
// (https://github.com/ggml-org/llama.cpp/pull/17570) and Responses since the beginning of 2026 (documentation below),
// both made into chat requests on its side. All seen 2026-11-21.
import { defineProvider } from '../provider.ts'

export const llamacpp = defineProvider({
  name: 'llamacpp',
  title: 'llama.cpp',
  baseUrl: 'http://127.0.0.1:8080/v1',
  local: { port: 8080 },
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
  documentation: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
  seen: '2026-11-21',
})
