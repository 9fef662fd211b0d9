// What a dialect brings to the server: how its requests are read and checked, how its answers and its errors are spelled.
// Which behaviour is played, what is said and what stands on the bill is the same for all of them.
import type { Header } from './answer-head.ts'
import type { AnswerPlan, ReasoningWanted } from './answer-plan.ts'
import type { BillEntry } from './bill.ts'
import type { ChatQuestion } from './chat-question.ts'
import type { ErrorFacts } from './error-body.ts'
import type { ReceivedRequest } from './read-requests.ts'
import type { EventStep } from './step.ts'

export interface Dialect {
  readonly endpoint: BillEntry['endpoint']
  readonly idPrefix: string
  readonly streamFormat: StreamFormat
  /** The key as it was sent; undefined when a request without one is fine too. */
  keyOf(request: ReceivedRequest): string | undefined
  modelOf(call: Call): string
  /** The question, or why the real API would not take it. */
  read(call: Call): Asked | Refusal
  /** Headers beside those of every answer. */
  headers(requestId: string): readonly Header[]
  /** How a wrong key is refused; 401 unless said otherwise. */
  readonly wrongKey?: Refusal
  readonly errors: ErrorWriter
}

export interface Call {
  readonly request: ReceivedRequest
  /** Without the query. */
  readonly path: string
  /** Undefined when it is no JSON. */
  readonly body: unknown
  readonly requestId: string
}

export interface StreamFormat {
  readonly contentType: string
  /** Server-sent events, or one JSON text a line. */
  readonly kind: 'events' | 'lines'
  readonly lineEnd: 'lf' | 'crlf'
}

/** A question that was understood. The functions print a plan's answer to it. */
export interface Asked {
  /** In chat's form, whatever the dialect, so that the same words make the same answer. */
  readonly question: ChatQuestion
  readonly isStream: boolean
  readonly reasoning: ReasoningWanted
  whole(plan: AnswerPlan): EventStep
  stream(plan: AnswerPlan): Iterable<EventStep>
  /** One more event of text, for streams without an end. */
  more(plan: AnswerPlan, word: string): EventStep
  /** Set where only the input is to be counted: the answer to that. */
  readonly counted?: (inputTokens: number) => string
}

export interface Refusal {
  readonly status: number
  readonly refused: ErrorFacts
}

export interface ErrorWriter {
  body(status: number, facts: ErrorFacts, requestId: string): string
  /** In a stream, where `count` events came before it. */
  event(count: number): EventStep
  /** What an `empty-stream` consists of. */
  readonly emptyStream: readonly EventStep[]
  /** How an answer begins whose JSON breaks off. */
  readonly truncated: string
}

export const modelBroke = 'The model broke while it was answering.'

export const sseFormat: StreamFormat = {
  contentType: 'text/event-stream; charset=utf-8',
  kind: 'events',
  lineEnd: 'lf',
}

export function isRefusal(read: Asked | Refusal): read is Refusal {
  return 'refused' in read
}
