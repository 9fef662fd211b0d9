// Z.ai (GLM). Messages of the Anthropic dialect have a base URL of their own on the same host
// (https://www.developersdigest.tech/reference/api-compatibility/zai), which is why our paths begin there. An empty
// balance is a 429 like a rate, told apart by its code (https://docs.z.ai/api-reference/api-code,
// https://github.com/zai-org/GLM-5/issues/49). A model list is not documented. All seen 2026-11-21.
import { defineProvider } from '../provider.ts'

export const zai = defineProvider({
  name: 'zai',
  title: 'Z.ai',
  baseUrl: 'https://api.z.ai/api',
  keyVariable: 'ZAI_API_KEY',
  factsName: 'zai',
  paths: {
    answers: { 'openai-chat': '/paas/v4/chat/completions', 'anthropic-messages': '/anthropic/v1/messages' },
  },
  quirks: {
    streamUsage: 'ask',
    baseUrlSuffix: '/paas/v4',
    maxTokensName: 'max_tokens',
    quotaCodes: ['1113'],
  },
  documentation: 'https://docs.z.ai/guides/develop/openai/python',
  seen: '2026-11-21',
})
