// LM Studio, a local server. It counts a stream only when asked
// (https://github.com/zed-industries/zed/pull/57861, seen 2026-11-21; older releases ignore the question).
import { defineProvider } from '../provider.ts'

export const lmstudio = defineProvider({
  name: 'lmstudio',
  title: 'LM Studio',
  baseUrl: 'http://127.0.0.1:1234/v1',
  local: { port: 1234 },
  paths: { answers: { 'openai-chat': '/chat/completions' }, embeddings: '/embeddings', models: '/models' },
  quirks: { streamUsage: 'ask' },
  documentation: 'https://lmstudio.ai/docs/developer/openai-compat',
  seen: '2026-11-21',
})
