// What a call asks of a model, in our own words: what one dialect's request is read into and another's is written
// from. Only calls that must be translated take this form; a relay passes the client's bytes.

export const dialectNames = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini',
  'ollama',
] as const
export type DialectName = (typeof dialectNames)[number]

/** The settings that a request may carry besides its turns. Each dialect has its own spelling of them. */
export const settings = [
  'tools',
  'toolChoice',
  'parallelTools',
  'maxTokens',
  'temperature',
  'topP',
  'topK',
  'minP',
  'frequencyPenalty',
  'presencePenalty',
  'stop',
  'seed',
  'choices',
  'logprobs',
  'topLogprobs',
  'logitBias',
  'format',
  'reasoning',
  'verbosity',
  'modalities',
  'audio',
  'prediction',
  'serviceTier',
  'endUser',
  'metadata',
  'cacheKey',
  'safety',
] as const
export type Setting = (typeof settings)[number]

export interface ModelRequest {
  /** As the client wrote it. */
  readonly model: string
  readonly stream: boolean
  readonly turns: readonly Turn[]
  readonly tools?: readonly Tool[]
  readonly toolChoice?: ToolChoice
  /** May the model ask for several tools in one answer? */
  readonly parallelTools?: boolean
  /** Tokens of the answer, reasoning included. */
  readonly maxTokens?: number
  readonly temperature?: number
  readonly topP?: number
  readonly topK?: number
  readonly minP?: number
  readonly frequencyPenalty?: number
  readonly presencePenalty?: number
  /** Texts that end the answer. */
  readonly stop?: readonly string[]
  readonly seed?: number
  /** How many answers are wanted. */
  readonly choices?: number
  readonly logprobs?: boolean
  readonly topLogprobs?: number
  readonly logitBias?: Readonly<Record<string, number>>
  readonly format?: AnswerFormat
  readonly reasoning?: Reasoning
  readonly verbosity?: string
  readonly modalities?: readonly string[]
  /** Voice and format of spoken answers, as the client wrote it. */
  readonly audio?: unknown
  /** Text that the answer will probably contain (OpenAI's predicted outputs), as the client wrote it. */
  readonly prediction?: unknown
  readonly serviceTier?: string
  /** A stable name of the person behind the client. */
  readonly endUser?: string
  readonly metadata?: Readonly<Record<string, string>>
  /** What the provider's prompt cache is keyed by. */
  readonly cacheKey?: string
  /** The provider's own safety settings, as the client wrote them. */
  readonly safety?: unknown
  /**
   * Request members that have no place here, by the client's names and as JSON paths where they are nested
   * (`messages[3].content[0].cache_control`): they reach a deployment of another dialect in no form, and the client is
   * told.
   */
  readonly unplaced: readonly string[]
}

export interface Turn {
  /** `system` also stands for `developer`. It may come anywhere. `tool`: results only. */
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  /** The turn's author among several of the same role. */
  readonly name?: string
  readonly parts: readonly Part[]
}

/**
 * A `path` says where a part, or a member of it, stood in the client's request, as a JSON path: so the client can be told
 * exactly what another dialect could not carry. Only what may be lost has one.
 */
export type Part =
  | TextPart
  | MediaPart
  | ReasoningPart
  | RefusalPart
  | ToolCallPart
  | ToolResultPart
  | ForeignPart

export interface TextPart {
  readonly kind: 'text'
  readonly text: string
  /** The provider's prompt cache may keep everything up to here. */
  readonly cache?: CacheMark
}

export interface CacheMark {
  /** `5m`, `1h`; undefined for the provider's default. */
  readonly ttl?: string
  readonly path?: string
}

/** An image, a document, a recording, a film. */
export interface MediaPart {
  readonly kind: 'image' | 'file' | 'audio' | 'video'
  readonly source: MediaSource
  /** How closely an image is looked at: `low`, `high`, `auto`. */
  readonly detail?: string
  readonly name?: string
  readonly cache?: CacheMark
  readonly path?: string
  readonly detailPath?: string
  readonly namePath?: string
}

export type MediaSource =
  | { readonly kind: 'url'; readonly url: string; readonly mediaType?: string }
  /** `base64` is checked for its alphabet and length, never decoded. */
  | { readonly kind: 'inline'; readonly mediaType: string; readonly base64: string }
  /** Plain text that is sent as a document. */
  | { readonly kind: 'text'; readonly text: string }
  /** A file that lies with one provider. */
  | { readonly kind: 'file-id'; readonly id: string }

/** What a model thought. It is only worth something to those who made it, hence the seal and its dialect. */
export interface ReasoningPart {
  readonly kind: 'reasoning'
  readonly text: string
  /** Signature or encrypted content: it must come back unchanged. */
  readonly seal?: string
  /** Reasoning that the provider hides: only the seal says what it was. */
  readonly redacted?: boolean
  readonly id?: string
  /** Whose seal this is. */
  readonly from: DialectName
  readonly path?: string
}

export interface RefusalPart {
  readonly kind: 'refusal'
  readonly text: string
}

export interface ToolCallPart {
  readonly kind: 'tool-call'
  readonly id: string
  readonly name: string
  /** JSON text exactly as the model wrote it; any text for a custom tool. */
  readonly arguments: string
  readonly custom?: boolean
  /** Gemini's `thoughtSignature`. */
  readonly seal?: string
  readonly cache?: CacheMark
  readonly argumentsPath?: string
}

export interface ToolResultPart {
  readonly kind: 'tool-result'
  readonly callId: string
  /** Known where the dialect says it, or from the call in an earlier turn. */
  readonly name?: string
  readonly parts: readonly (TextPart | MediaPart)[]
  readonly isError?: boolean
  readonly custom?: boolean
  readonly cache?: CacheMark
  readonly path?: string
  readonly errorPath?: string
}

/** Something that one dialect alone knows (a server tool's result, say). Others cannot carry it. */
export interface ForeignPart {
  readonly kind: 'foreign'
  readonly from: DialectName
  /** Where it stood, as a JSON path, for the list of what was dropped. */
  readonly path: string
  readonly value: unknown
}

export type Tool =
  | {
      readonly kind: 'function'
      readonly name: string
      readonly description?: string
      /** JSON Schema of the arguments; undefined for none. */
      readonly parameters?: Readonly<Record<string, unknown>>
      readonly strict?: boolean
      readonly cache?: CacheMark
      readonly path?: string
      readonly strictPath?: string
    }
  /** Takes text instead of JSON. */
  | {
      readonly kind: 'custom'
      readonly name: string
      readonly description?: string
      readonly grammar?: unknown
      readonly path?: string
    }
  /** A tool that one provider runs itself. */
  | { readonly kind: 'foreign'; readonly from: DialectName; readonly path: string; readonly value: unknown }

export type ToolChoice =
  | { readonly kind: 'auto' | 'none' | 'any' }
  | { readonly kind: 'tool'; readonly name: string }

export type AnswerFormat =
  | { readonly kind: 'text' | 'json' }
  | {
      readonly kind: 'schema'
      readonly name: string
      readonly schema: Readonly<Record<string, unknown>>
      readonly description?: string
      readonly strict?: boolean
    }

export interface Reasoning {
  /** `none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`, `adaptive`. */
  readonly effort?: string
  /** Tokens that may be spent on it. */
  readonly budgetTokens?: number
  /** Should the thoughts be shown? `summary`: how, in the dialect's words. */
  readonly show?: boolean
  readonly summary?: string
}
