// OpenRouter. Usage is in the last event of every stream; asking has no effect. Besides chat it has Responses
// (https://openrouter.ai/docs/client-sdks/typescript/sdks/responses/README) and Messages of the Anthropic dialect, with a
// bearer (https://www.developersdigest.tech/reference/api-compatibility/openrouter). `error.code` is the status number, so what
// ran out stands in `error.metadata.limit_source`. A 402 with `retry-after` is a rate, not an empty account
// (https://openrouter.ai/docs/use-cases/limits). All seen 2026-11-21.
import { defineProvider } from '../provider.ts'

export const openrouter = defineProvider({
  name: 'openrouter',
  title: 'OpenRouter',
  baseUrl: 'https://openrouter.ai/api/v1',
  keyVariable: 'OPENROUTER_API_KEY',
  factsName: 'openrouter',
  paths: {
    answers: {
      'openai-chat': '/chat/completions',
      'openai-responses': '/responses',
      'anthropic-messages': '/messages',
    },
    embeddings: '/embeddings',
    models: '/models',
  },
  quirks: {
    streamUsage: 'always',
    maxTokensName: 'max_tokens',
    quotaCodes: [
      'openrouter_credits',
      'openrouter_key_limit',
      'openrouter_guardrail_budget',
      'openrouter_workspace_budget',
    ],
  },
  documentation: 'https://openrouter.ai/docs/use-cases/usage-accounting',
  seen: '2026-11-21',
})
