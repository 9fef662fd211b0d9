// xAI. Responses are its main API, kept for 30 days; chat is deprecated and gives no reasoning back
// (https://docs.x.ai/developers/model-capabilities/text/comparison), and so are its Messages of the Anthropic dialect,
// which we leave out (https://docs.x.ai/developers/rest-api-reference/inference/legacy). Spent credits are a 429 or a
// 403, told in words only (https://github.com/continuedev/continue/issues/10373,
// https://github.com/warpdotdev/warp/issues/14863); a wrong key is a 400 (documentation below), told in words
// (https://github.com/continuedev/continue/issues/10161). All seen 2026-11-21.
import { defineProvider } from '../provider.ts'

export const xai = defineProvider({
  name: 'xai',
  title: 'xAI',
  dialect: 'openai-responses',
  baseUrl: 'https://api.x.ai/v1',
  keyVariable: 'XAI_API_KEY',
  factsName: 'xai',
  paths: {
    answers: { 'openai-responses': '/responses', 'openai-chat': '/chat/completions' },
    models: '/models',
  },
  quirks: {
    streamUsage: 'ask',
    keepsResponses: true,
    quotaPhrases: ['used all available credits'],
    credentialPhrases: ['Incorrect API key provided'],
  },
  documentation: 'https://docs.x.ai/docs/key-information/debugging',
  seen: '2026-11-21',
})
