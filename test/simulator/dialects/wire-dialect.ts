// What a provider's dialect is to the simulator: requests read into the simulator's own question, answers printed from its
// plan. Each dialect checks what the real API checks, as far as a gateway could get it wrong.
import type { AnswerPlan } from '../answer-plan.ts'
import type { ChatQuestion } from '../chat-question.ts'
import type { ErrorFacts } from '../error-body.ts'
import type { EventStep } from '../step.ts'

export interface WireDialect {
  /** As it stands on the bill. */
  readonly endpoint: 'responses' | 'messages' | 'generate' | 'ollama'
  /** How ids of its answers begin. */
  readonly idPrefix: string
  readonly framing: 'events' | 'lines'
  readonly lineEnd: 'lf' | 'crlf'
  readonly contentType: string
  readQuestion(asked: Asked): ChatQuestion | Refusal
  whole(plan: AnswerPlan): EventStep
  stream(plan: AnswerPlan): Iterable<EventStep>
  /** One more event of text, for streams without an end. */
  extra(plan: AnswerPlan, word: string): EventStep
  /** An error's body. */
  error(status: number, facts: ErrorFacts): object
  /** The same in the middle of a stream. */
  errorEvent(status: number, facts: ErrorFacts): EventStep
}

/** A request as it came. */
export interface Asked {
  readonly body: Readonly<Record<string, unknown>>
  /** As the URL says it; empty where the body does. */
  readonly model: string
  readonly stream: boolean
  header(name: string): string | undefined
}

/** The request is refused as the real API would. */
export interface Refusal {
  readonly refused: string
  readonly status?: number
  readonly code?: string
}

export function refuse(message: string, status = 400): Refusal {
  return { refused: message, status }
}

/** One printed event. */
export function event(value: object, more: Partial<Omit<EventStep, 'kind' | 'text'>> = {}): EventStep {
  return { kind: 'event', text: JSON.stringify(value), tokens: 0, ...more }
}

const sealStart = 'simulator-seal-'

/** What a provider gives with a thought, and demands back unchanged. */
export function sealOf(id: string): string {
  return Buffer.from(`${sealStart}${id}`).toString('base64')
}

export function isOwnSeal(value: unknown): boolean {
  return typeof value === 'string' && Buffer.from(value, 'base64').toString().startsWith(sealStart)
}

/** Members that this API does not know are refused by name. */
export function unknownMember(
  body: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
): string | undefined {
  return Object.keys(body).find((name) => !known.has(name))
}

/** Objects of a list, wherever it comes from. */
export function records(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(value)) return []
  return value.filter((entry) => typeof entry === 'object' && entry !== null && !Array.isArray(entry))
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
