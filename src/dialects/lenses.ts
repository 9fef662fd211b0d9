// The lens of each wire format that clients speak.
import { messagesLens } from './anthropic-messages/lens.ts'
import { embeddingsLens } from './embeddings/lens.ts'
import { geminiLens } from './gemini/lens.ts'
import type { Lens } from './lens.ts'
import { chatLens } from './openai-chat/lens.ts'
import { responsesLens } from './openai-responses/lens.ts'

export const lenses = {
  chat: chatLens,
  responses: responsesLens,
  messages: messagesLens,
  gemini: geminiLens,
  embeddings: embeddingsLens,
} satisfies Readonly<Record<string, Lens>>
