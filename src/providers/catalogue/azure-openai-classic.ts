// Azure OpenAI as resources without the v1 API have it: the deployment is part of the path, and the version of the API
// a date in the query, the last one that is no preview. `base_url: https://NAME.openai.azure.com`.
import { defineProvider } from '../provider.ts'

export const azureOpenaiClassic = defineProvider({
  name: 'azure-openai-classic',
  title: 'Azure OpenAI with dated versions',
  baseUrl: '',
  keyVariable: 'AZURE_OPENAI_API_KEY',
  factsName: 'azure',
  signing: { kind: 'header', name: 'api-key' },
  paths: {
    answers: { 'openai-chat': '/openai/deployments/{model}/chat/completions?api-version=2024-10-21' },
    embeddings: '/openai/deployments/{model}/embeddings?api-version=2024-10-21',
  },
  quirks: {
    streamUsage: 'ask',
    passHeaders: ['apim-request-id', 'x-ms-region'],
    quotaCodes: ['insufficient_quota'],
  },
  documentation: 'https://learn.microsoft.com/azure/ai-services/openai/reference',
  seen: '2026-11-21',
})
