// llama.cpp's server. Releases of 2025 sent the usage chunk unasked, later ones only when asked
// (https://github.com/ggml-org/llama.cpp/issues/16048, seen 2026-11-21), so we ask.
import { defineProvider } from '../provider.ts'

export const llamacpp = defineProvider({
  name: 'llamacpp',
  title: 'llama.cpp',
  baseUrl: 'http://127.0.0.1:8080/v1',
  local: { port: 8080 },
  paths: { answers: { 'openai-chat': '/chat/completions' }, embeddings: '/embeddings', models: '/models' },
  quirks: { streamUsage: 'ask' },
  documentation: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
  seen: '2026-11-21',
})
