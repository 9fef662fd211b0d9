// Azure OpenAI, its v1 API: the resource is part of the address, so the config has it
// (`base_url: https://NAME.openai.azure.com/openai/v1`), the key goes into a header of its own, and `model` is the name
// of a deployment. The list there is of models, not of deployments, so it is not asked for.
import { defineProvider } from '../provider.ts'

export const azureOpenai = defineProvider({
  name: 'azure-openai',
  title: 'Azure OpenAI',
  baseUrl: '',
  keyVariable: 'AZURE_OPENAI_API_KEY',
  factsName: 'azure',
  signing: { kind: 'header', name: 'api-key' },
  paths: {
    answers: { 'openai-chat': '/chat/completions', 'openai-responses': '/responses' },
    embeddings: '/embeddings',
  },
  quirks: {
    streamUsage: 'ask',
    keepsResponses: true,
    passHeaders: ['apim-request-id', 'x-ms-region'],
    quotaCodes: ['insufficient_quota'],
  },
  documentation: 'https://learn.microsoft.com/azure/foundry/openai/api-version-lifecycle',
  seen: '2026-11-21',
})
