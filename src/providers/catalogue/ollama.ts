// Ollama, a local server. Its own dialect is at `/api/chat`; beside it stand OpenAI's chat, with `stream_options` since
// 0.5.2 (https://github.com/ollama/ollama/pull/6784), Responses since 0.13.3, which keep nothing
// (https://docs.ollama.com/api/openai-compatibility), and Anthropic's Messages
// (https://docs.ollama.com/api/anthropic-compatibility). It lists what was pulled. All seen 2026-11-21.
import { defineProvider } from '../provider.ts'

export const ollama = defineProvider({
  name: 'ollama',
  title: 'Ollama',
  dialect: 'ollama',
  baseUrl: 'http://127.0.0.1:11434',
  local: { port: 11434 },
  paths: {
    answers: {
      ollama: '/api/chat',
      'openai-chat': '/v1/chat/completions',
      'openai-responses': '/v1/responses',
      'anthropic-messages': '/v1/messages',
    },
    embeddings: '/v1/embeddings',
    models: '/v1/models',
  },
  quirks: {
    streamUsage: 'ask',
    baseUrlSuffix: '/v1',
    maxTokensName: 'max_tokens',
    lacks: ['files', 'audio', 'choices'],
  },
  documentation: 'https://docs.ollama.com/api/openai-compatibility',
  seen: '2026-11-21',
})
