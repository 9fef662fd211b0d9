// Fireworks AI. Usage is in the last event of every stream, the one with `finish_reason`, unasked. Besides
// 402, a suspended account is a 412 (https://docs.fireworks.ai/guides/inference-error-codes, seen
// 2026-11-21).
import { defineProvider } from '../provider.ts'

export const fireworks = defineProvider({
  name: 'fireworks',
  title: 'Fireworks AI',
  baseUrl: 'https://api.fireworks.ai/inference/v1',
  keyVariable: 'FIREWORKS_API_KEY',
  paths: { answers: { 'openai-chat': '/chat/completions' }, embeddings: '/embeddings', models: '/models' },
  quirks: { streamUsage: 'always' },
  documentation: 'https://docs.fireworks.ai/tools-sdks/openai-compatibility',
  seen: '2026-11-21',
})
