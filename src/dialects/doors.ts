// What is spoken at each endpoint that does a model's work: the one list that joins endpoints to dialects.
import type { Endpoint } from '../core/call.ts'
import type { DialectName } from '../core/model-request.ts'
import { anthropicMessages } from './anthropic-messages/codec.ts'
import { messagesRelay } from './anthropic-messages/relay.ts'
import { geminiCountRelay, messagesCountRelay } from './counting/relay.ts'
import type { ClientCodec, ProviderCodec } from './dialect.ts'
import { embeddingsRelay } from './embeddings/relay.ts'
import { gemini } from './gemini/codec.ts'
import { geminiRelay } from './gemini/relay.ts'
import type { Lens } from './lens.ts'
import { lenses } from './lenses.ts'
import { ollama } from './ollama/codec.ts'
import { openaiChat } from './openai-chat/codec.ts'
import { chatRelay } from './openai-chat/relay.ts'
import { openaiResponses } from './openai-responses/codec.ts'
import { responsesRelay } from './openai-responses/relay.ts'
import type { Relay } from './relay.ts'

/** What is spoken in one place of a provider's: a dialect that answers are had in, embeddings, or the counting of tokens. */
export type Spoken = DialectName | 'embeddings' | 'anthropic-messages/count' | 'gemini/count'

/** An endpoint as the stages of a call see it. */
export interface Door {
  readonly endpoint: Endpoint
  /** What a provider must be spoken to in for a relay. */
  readonly spoken: Spoken
  /** What becomes of a call for a deployment that does not speak it. */
  readonly otherwise: 'translate' | 'estimate' | 'refuse'
  readonly relay: Relay
  /** Errors are written by it; requests and answers too where they must be translated. */
  readonly codec: ClientCodec
  /** What looks at texts, or changes them, does so through it. */
  readonly lens: Lens
  /** Request headers that a provider of the same dialect is to see, lower case. */
  readonly passHeaders: readonly string[]
  /** Response headers that name the call, as the SDKs of this dialect look for it. */
  readonly idHeaders: readonly string[]
  /**
   * Of a call that a limit refuses until it is raised, where the SDKs of this dialect go by the status alone and would ask
   * again after a 429.
   */
  readonly statusUntilRaised?: number
}

/** What Google calls FAILED_PRECONDITION: "the client should not retry until the system state has been fixed". */
const failedPrecondition = 400

const openaiIds = ['x-request-id']

export const doors: Readonly<Record<Endpoint, Door>> = {
  chat: {
    endpoint: 'chat',
    spoken: 'openai-chat',
    otherwise: 'translate',
    relay: chatRelay,
    codec: openaiChat,
    lens: lenses.chat,
    passHeaders: [],
    idHeaders: openaiIds,
  },
  responses: {
    endpoint: 'responses',
    spoken: 'openai-responses',
    otherwise: 'translate',
    relay: responsesRelay,
    codec: openaiResponses,
    lens: lenses.responses,
    passHeaders: ['openai-beta'],
    idHeaders: openaiIds,
  },
  messages: {
    endpoint: 'messages',
    spoken: 'anthropic-messages',
    otherwise: 'translate',
    relay: messagesRelay,
    codec: anthropicMessages,
    lens: lenses.messages,
    passHeaders: ['anthropic-version', 'anthropic-beta'],
    idHeaders: [...openaiIds, 'request-id'],
  },
  generate: {
    endpoint: 'generate',
    spoken: 'gemini',
    otherwise: 'translate',
    relay: geminiRelay,
    codec: gemini,
    lens: lenses.gemini,
    passHeaders: [],
    idHeaders: openaiIds,
    statusUntilRaised: failedPrecondition,
  },
  messages_count: {
    endpoint: 'messages_count',
    spoken: 'anthropic-messages/count',
    otherwise: 'estimate',
    relay: messagesCountRelay,
    codec: anthropicMessages,
    lens: lenses.messages,
    passHeaders: ['anthropic-version', 'anthropic-beta'],
    idHeaders: [...openaiIds, 'request-id'],
  },
  generate_count: {
    endpoint: 'generate_count',
    spoken: 'gemini/count',
    otherwise: 'estimate',
    relay: geminiCountRelay,
    codec: gemini,
    lens: lenses.gemini,
    passHeaders: [],
    idHeaders: openaiIds,
    statusUntilRaised: failedPrecondition,
  },
  embeddings: {
    endpoint: 'embeddings',
    spoken: 'embeddings',
    otherwise: 'refuse',
    relay: embeddingsRelay,
    codec: openaiChat,
    lens: lenses.embeddings,
    passHeaders: [],
    idHeaders: openaiIds,
  },
}

/** How each dialect of a provider is written and read. */
export const providerCodecs: Readonly<Record<DialectName, ProviderCodec>> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  gemini,
  ollama,
}
