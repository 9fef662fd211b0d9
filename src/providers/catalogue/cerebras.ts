// Cerebras. It answers `frequency_penalty`, `presence_penalty` and `logit_bias` with a 400
// (https://hexdocs.pm/req_llm/cerebras.html, seen 2026-11-21), so they are cut.
import { defineProvider } from '../provider.ts'

export const cerebras = defineProvider({
  name: 'cerebras',
  title: 'Cerebras',
  baseUrl: 'https://api.cerebras.ai/v1',
  keyVariable: 'CEREBRAS_API_KEY',
  factsName: 'cerebras',
  paths: {
    answers: { 'openai-chat': '/chat/completions' },
    models: '/models',
  },
  quirks: { streamUsage: 'ask', drops: ['frequency_penalty', 'presence_penalty', 'logit_bias'] },
  documentation: 'https://inference-docs.cerebras.ai/resources/openai',
  seen: '2026-11-21',
})
