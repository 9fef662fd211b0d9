// Conversations that the provider holds between turns (`thread`), in memory. Each answer can be continued once.
import type { AnswerPlan } from '../answer-plan.ts'
import { isRecord } from '../chat-question.ts'
import type { Refusal } from '../dialect.ts'

export class Threads {
  /** By the id of the last answer: what was said up to and with it. */
  readonly #held = new Map<string, readonly unknown[]>()
  readonly #continued = new Set<string>()

  /** What a request's thread holds already. */
  before(thread: unknown): readonly unknown[] | Refusal {
    if (!isRecord(thread) || thread['type'] !== 'continue') return []
    const id = String(thread['previous_message_id'])
    if (this.#continued.has(id)) {
      const message = `thread: the response ${id} has already been continued`
      return { status: 400, refused: { message, code: 'thread_already_continued' } }
    }
    const held = this.#held.get(id)
    const message = `thread: no thread was found for previous_message_id ${id}`
    return held ?? { status: 404, refused: { message, code: 'thread_not_found' } }
  }

  /** To be called when the answer has been given. */
  keep(thread: unknown, said: readonly unknown[], plan: AnswerPlan): void {
    if (!isRecord(thread)) return
    if (thread['type'] === 'continue') this.#continued.add(String(thread['previous_message_id']))
    const answer = { role: 'assistant', content: plan.choices[0]?.tokens.join('') ?? '' }
    this.#held.set(plan.id, [...said, answer])
  }
}
