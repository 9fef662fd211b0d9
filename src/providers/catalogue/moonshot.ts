// Moonshot AI (Kimi). Its Messages of the Anthropic dialect have a base URL of their own on the same host
// (https://metacpan.org/pod/Langertha::Engine::MoonshotAnthropic), which is why our paths begin there. An empty balance
// is a 403 (https://www.kimi.com/help/kimi-api/api-troubleshooting). All seen 2026-11-21.
import { defineProvider } from '../provider.ts'

export const moonshot = defineProvider({
  name: 'moonshot',
  title: 'Moonshot AI',
  baseUrl: 'https://api.moonshot.ai',
  keyVariable: 'MOONSHOT_API_KEY',
  factsName: 'moonshotai',
  paths: {
    answers: { 'openai-chat': '/v1/chat/completions', 'anthropic-messages': '/anthropic/v1/messages' },
    models: '/v1/models',
  },
  quirks: { streamUsage: 'ask', baseUrlSuffix: '/v1', maxTokensName: 'max_tokens' },
  documentation: 'https://platform.kimi.ai/docs/overview',
  seen: '2026-11-21',
})
