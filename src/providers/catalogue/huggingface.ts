// Hugging Face's router in front of other providers; a suffix of the model's name chooses one (`:groq`). It has
// Responses in beta (https://huggingface.co/docs/inference-providers/guides/responses-api). All
// seen 2026-11-21.
import { defineProvider } from '../provider.ts'

export const huggingface = defineProvider({
  name: 'huggingface',
  title: 'Hugging Face',
  baseUrl: 'https://router.huggingface.co/v1',
  keyVariable: 'HF_TOKEN',
  factsName: 'huggingface',
  paths: {
    answers: { 'openai-chat': '/chat/completions', 'openai-responses': '/responses' },
    models: '/models',
  },
  quirks: { streamUsage: 'ask', maxTokensName: 'max_tokens' },
  documentation: 'https://huggingface.co/docs/inference-providers/index',
  seen: '2026-11-21',
})
