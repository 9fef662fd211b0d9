// Together AI. Its model list is a bare array (https://github.com/odysseus-dev/odysseus/issues/2202), and it
// answers 403 when the prompt and `max_tokens` are too long together, 402 when the money is gone
// (https://docs.together.ai/docs/error-codes). All seen 2026-11-21.
import { defineProvider } from '../provider.ts'

export const together = defineProvider({
  name: 'together',
  title: 'Together AI',
  baseUrl: 'https://api.together.ai/v1',
  keyVariable: 'TOGETHER_API_KEY',
  factsName: 'togetherai',
  paths: { answers: { 'openai-chat': '/chat/completions' }, embeddings: '/embeddings', models: '/models' },
  quirks: { streamUsage: 'ask', maxTokensName: 'max_tokens' },
  documentation: 'https://docs.together.ai/docs/inference/openai-compatibility',
  seen: '2026-11-21',
})
