// The endpoints that do a model's work. What their bodies hold is their makers' to say: what is sent there is sent here.
import type { Operation } from './operation.ts'

const chat = {
  madeBy: 'OpenAI',
  page: 'https://platform.openai.com/docs/api-reference/chat/create',
}
const responses = {
  madeBy: 'OpenAI',
  page: 'https://platform.openai.com/docs/api-reference/responses/create',
}
const messages = { madeBy: 'Anthropic', page: 'https://docs.anthropic.com/en/api/messages' }
const counting = {
  madeBy: 'Anthropic',
  page: 'https://docs.anthropic.com/en/api/messages-count-tokens',
}
const embeddings = {
  madeBy: 'OpenAI',
  page: 'https://platform.openai.com/docs/api-reference/embeddings/create',
}
const google = { madeBy: 'Google', page: 'https://ai.google.dev/api/generate-content' }
const googleTokens = { madeBy: 'Google', page: 'https://ai.google.dev/api/tokens' }

const model = [
  { name: 'model', in: 'path', says: 'A model of the config, or provider/model.' },
] as const satisfies Operation['parameters']

const streamed = 'The answer, or with `"stream": true` its events (text/event-stream).'

/** With the scope that a key needs. */
export const callOperations: readonly (Operation & { readonly scope: 'chat' | 'embeddings' })[] = [
  {
    method: 'POST',
    path: '/v1/chat/completions',
    id: 'createChatCompletion',
    group: 'calls',
    scope: 'chat',
    summary: "A chat completion, in OpenAI's format.",
    body: chat,
    answer: { says: streamed },
  },
  {
    method: 'POST',
    path: '/v1/responses',
    id: 'createResponse',
    group: 'calls',
    scope: 'chat',
    summary: "A response, in OpenAI's newer format.",
    body: responses,
    answer: { says: streamed },
  },
  {
    method: 'POST',
    path: '/v1/messages',
    id: 'createMessage',
    group: 'calls',
    scope: 'chat',
    summary: "A message, in Anthropic's format.",
    body: messages,
    answer: { says: streamed },
  },
  {
    method: 'POST',
    path: '/v1/messages/count_tokens',
    id: 'countMessageTokens',
    group: 'calls',
    scope: 'chat',
    summary: 'How many input tokens a message would have.',
    body: counting,
    answer: { says: 'The number.' },
  },
  {
    method: 'POST',
    path: '/v1/embeddings',
    id: 'createEmbeddings',
    group: 'calls',
    scope: 'embeddings',
    summary: 'Vectors for texts.',
    body: embeddings,
    answer: { says: 'The vectors.' },
  },
  {
    method: 'POST',
    path: '/v1beta/models/{model}:generateContent',
    id: 'generateContent',
    group: 'calls',
    scope: 'chat',
    summary: "Content, in Google's format.",
    parameters: model,
    body: google,
    answer: { says: 'The answer.' },
  },
  {
    method: 'POST',
    path: '/v1beta/models/{model}:streamGenerateContent',
    id: 'streamGenerateContent',
    group: 'calls',
    scope: 'chat',
    summary: "Content as it comes, in Google's format.",
    parameters: [...model, { name: 'alt', in: 'query', says: 'Must be `sse`.', schema: { const: 'sse' } }],
    body: google,
    answer: { says: 'The events (text/event-stream).' },
  },
  {
    method: 'POST',
    path: '/v1beta/models/{model}:countTokens',
    id: 'countTokens',
    group: 'calls',
    scope: 'chat',
    summary: 'How many tokens a request would have.',
    parameters: model,
    body: googleTokens,
    answer: { says: 'The number.' },
  },
]
