// Mistral. It refuses `stream_options.include_usage` with a 422
// (https://github.com/openai/openai-agents-python/issues/442) and sends the count at the end of every stream
// unasked (https://github.com/TabbyML/tabby/pull/4082). Its errors have no `error` object: `message`, `type`
// and `code` stand at the top, or `detail` alone. All seen 2026-11-21.
import { defineProvider } from '../provider.ts'

export const mistral = defineProvider({
  name: 'mistral',
  title: 'Mistral AI',
  baseUrl: 'https://api.mistral.ai/v1',
  keyVariable: 'MISTRAL_API_KEY',
  factsName: 'mistral',
  paths: { answers: { 'openai-chat': '/chat/completions' }, embeddings: '/embeddings', models: '/models' },
  quirks: { streamUsage: 'always', drops: ['stream_options'], maxTokensName: 'max_tokens' },
  documentation: 'https://docs.mistral.ai/api/',
  seen: '2026-11-21',
})
