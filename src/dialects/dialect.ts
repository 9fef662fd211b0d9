// What each dialect's folder offers: reading and writing requests, answers, streams and errors. All of it is pure: text
// and plain data in, text and plain data out, no clock, no sockets. One implementation per folder, put together in its
// `codec.ts`; a dialect that only providers speak has no ClientCodec.
import type { AnswerEvent, ProviderError } from '../core/answer-event.ts'
import type { GatewayError } from '../core/errors.ts'
import type { DialectName, ModelRequest, Setting } from '../core/model-request.ts'

/** One event of a stream, as the transport found it: server-sent events, or lines of JSON (then `name` is empty). */
export interface WireEvent {
  readonly name: string
  readonly data: string
}

/** What a deployment wants of a request that is written for it. */
export interface WriteWishes {
  /** The provider's name of the model. */
  readonly model: string
  /** Tokens to ask for where the dialect demands a number and the client gave none. */
  readonly maxTokensDefault: number
  /** The model understands JSON Schema for its answers; else a forced tool stands in. */
  readonly jsonSchema: boolean
  /** How chat deployments want the bound spelled; older ones know only `max_tokens`. */
  readonly maxTokensName?: 'max_tokens' | 'max_completion_tokens'
  /** What chat deployments take beyond OpenAI's own members. */
  readonly extensions?: readonly ChatExtension[]
  /**
   * How models of the Messages API are told to think: by a budget of tokens, or by an effort alone. Those that know
   * efforts alone take no sampling settings. Left out, the model's name decides.
   */
  readonly thinking?: 'budget' | 'adaptive'
  /** Where system turns may stand. Left out, it is what the dialect's own provider takes. */
  readonly systemTurns?: 'start' | 'anywhere'
}

/**
 * What deployments of the chat dialect take beyond OpenAI's own members. OpenAI and many others answer an unknown
 * member with an error, so none is written that was not wished for.
 */
export type ChatExtension =
  | 'top_k'
  | 'min_p'
  /** Reasoning with the seals of other dialects, as OpenRouter takes it back. */
  | 'reasoning_details'
  /** Marks for the prompt cache in Anthropic's spelling, and OpenAI's own of 2026. */
  | 'cache_control'
  | 'prompt_cache_breakpoint'
  | 'video_url'
  /** Files by their address, in `file_data`. */
  | 'file_url'
  /** Gemini's seals on tool calls. */
  | 'thought_signature'

export interface WrittenRequest {
  readonly body: Record<string, unknown>
  /** Settings and parts that this dialect cannot carry, as it was asked. */
  readonly dropped: readonly Dropped[]
  /** The answer's format is emulated by this tool: its arguments are the answer's text. */
  readonly formatTool?: string
  /** Functions that stand in for tools that take text: their one argument is the text. */
  readonly customTools?: ReadonlySet<string>
}

/** A setting that could not be carried, or the JSON path (in the client's request) of a part that could not. */
export type Dropped = { readonly setting: Setting } | { readonly path: string }

/** What an answer is written with. */
export interface AnswerFacts {
  /** Our id of the call: what the client sees where the provider gave none. */
  readonly id: string
  /** The model as the client named it, for where the provider reported none. */
  readonly model: string
  /** Wall clock, seconds since the epoch. */
  readonly nowSeconds: number
  /** The client wants the token counts in the stream. */
  readonly wantsUsage: boolean
  /** Members of the request that its answer repeats (`ClientCodec.echoOf`), and what else is known of them. */
  readonly echo?: Readonly<Record<string, unknown>>
}

/** Reads one stream. An event that breaks the format throws MalformedAnswer. */
export interface StreamReader {
  read(event: WireEvent): readonly AnswerEvent[]
}

/** Writes one stream: text that is ready to be sent. */
export interface StreamWriter {
  write(event: AnswerEvent): string
  /** Our error as what comes next in this stream, and last. */
  fail(error: GatewayError, status: number, requestId: string): string
}

/** A provider's answer breaks its own format. The sentence is ours and holds nothing of the answer. */
export class MalformedAnswer extends Error {}

/** An answer that is to go on with another one does not, or not certainly. */
export class Unjoinable extends MalformedAnswer {}

/** What it takes to be spoken to in a dialect. */
export interface ClientCodec {
  readonly name: DialectName
  /** Reads a client's request. Throws InvalidType, InvalidValue or MissingParameter, each naming the JSON path. */
  readRequest(body: Readonly<Record<string, unknown>>): ModelRequest
  /** The whole answer of these events, as its JSON value. */
  writeAnswer(events: readonly AnswerEvent[], facts: AnswerFacts): unknown
  openWriter(facts: AnswerFacts): StreamWriter
  /** The members of a request that its answer repeats, where a dialect's answers do so. */
  echoOf?(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
  /** Our error as this dialect's body, JSON text. */
  writeError(error: GatewayError, status: number, requestId: string): string
  /** Our error as the only event of a stream. Once a writer is open, its `fail` says how the stream ends. */
  writeErrorEvent(error: GatewayError, status: number, requestId: string): string
  /** How clients of this dialect spell a setting; undefined when it has none. */
  spell(setting: Setting): string | undefined
  /** An official client takes a comment in a stream for a part of the answer, so none may be written. */
  readonly failsAtComments?: true
}

/** What it takes to speak to a provider in its dialect. */
export interface ProviderCodec {
  readonly name: DialectName
  /** How its streams are cut into events; server-sent events where nothing is said. */
  readonly framing?: 'lines'
  /** It has no word for the end of a stream, or not everybody says it: the finish reasons are the end. */
  readonly endMayBeUnsaid?: true
  writeRequest(request: ModelRequest, wishes: WriteWishes): WrittenRequest
  /** Reads a whole answer. Throws MalformedAnswer. */
  readAnswer(body: unknown): readonly AnswerEvent[]
  openReader(): StreamReader
  /** A provider's error body; undefined when it is none. */
  readError(body: unknown): ProviderError | undefined
  /** Where a setting stands in a request of this dialect; undefined when it has no place. */
  spell(setting: Setting): string | undefined
}

/** A dialect that stands at both ends. */
export interface DialectCodec extends ClientCodec, ProviderCodec {}
