// vLLM, a local server. It wants a key only when it was started with one.
import { defineProvider } from '../provider.ts'

export const vllm = defineProvider({
  name: 'vllm',
  title: 'vLLM',
  baseUrl: 'http://127.0.0.1:8000/v1',
  local: { port: 8000 },
  paths: { answers: { 'openai-chat': '/chat/completions' }, embeddings: '/embeddings', models: '/models' },
  quirks: { streamUsage: 'ask' },
  documentation: 'https://docs.vllm.ai/en/v0.28.0/serving/online_serving/openai_compatible_server/',
  seen: '2026-11-21',
})
