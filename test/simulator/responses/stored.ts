// What the provider keeps of earlier answers unless it is asked not to (`store`), in memory: conversations to go on from,
// and items to point at.
import type { AnswerPlan } from '../answer-plan.ts'
import { callId } from '../tool-calls.ts'
import { itemId } from './items.ts'

export interface Kept {
  readonly messages: readonly unknown[]
  /** Calls that wait for their output. */
  readonly openCalls: readonly string[]
}

export class StoredResponses {
  readonly #responses = new Map<string, Kept>()
  /** By an item's id, what it says in chat's form. */
  readonly #items = new Map<string, readonly unknown[]>()

  response(id: string): Kept | undefined {
    return this.#responses.get(id)
  }

  item(id: string): readonly unknown[] | undefined {
    return this.#items.get(id)
  }

  /** To be called when the answer has been given. */
  keep(before: readonly unknown[], plan: AnswerPlan): void {
    const [choice] = plan.choices
    const said = [{ role: 'assistant', content: choice?.tokens.join('') ?? '' }]
    const calls = choice?.toolCalls ?? []
    this.#responses.set(plan.id, {
      messages: [...before, ...said],
      openCalls: calls.map((_, index) => callId(plan, index)),
    })
    this.#items.set(itemId(plan, 'rs'), [])
    this.#items.set(itemId(plan, 'msg'), said)
    for (const index of calls.keys())
      for (const prefix of ['fc', 'ctc'] as const) this.#items.set(itemId(plan, prefix, index), [])
  }
}
