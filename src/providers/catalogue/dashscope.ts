// Alibaba's Model Studio (DashScope, Qwen), the international endpoint. Other regions, and the endpoints of a workspace,
// are a `base_url` in the config; the documentation below lists them.
import { defineProvider } from '../provider.ts'

export const dashscope = defineProvider({
  name: 'dashscope',
  title: 'Alibaba Model Studio',
  baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
  keyVariable: 'DASHSCOPE_API_KEY',
  factsName: 'alibaba',
  paths: {
    answers: { 'openai-chat': '/chat/completions' },
    embeddings: '/embeddings',
    models: '/models',
  },
  quirks: { streamUsage: 'ask', maxTokensName: 'max_tokens' },
  documentation: 'https://www.alibabacloud.com/help/en/model-studio/compatibility-of-openai-with-dashscope',
  seen: '2026-11-21',
})
