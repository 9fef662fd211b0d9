// Ollama, a local server. It takes `stream_options` since 0.5.2 (https://github.com/ollama/ollama/pull/6784,
// seen 2026-11-21) and lists what was pulled.
import { defineProvider } from '../provider.ts'

export const ollama = defineProvider({
  name: 'ollama',
  title: 'Ollama',
  baseUrl: 'http://127.0.0.1:11434/v1',
  local: { port: 11434 },
  paths: { answers: { 'openai-chat': '/chat/completions' }, embeddings: '/embeddings', models: '/models' },
  quirks: { streamUsage: 'ask' },
  documentation: 'https://docs.ollama.com/api/openai-compatibility',
  seen: '2026-11-21',
})
