// What workers want to know of each other: a question of one goes to all others that serve, and what they say in time goes
// back together.
import type { Clock } from '../../core/clock.ts'
import type { FellowAnswer, Question, ToSupervisor } from '../../compose/fellow-workers.ts'
import type { WorkerSlot } from './worker-slot.ts'

/** Whoever says nothing for so long is left out. */
const answerMs = 1_500

interface Gathering {
  readonly asked: Set<number>
  readonly answers: FellowAnswer[]
  finish(): void
}

export class WorkerQuestions {
  readonly #clock: Clock
  readonly #slots: readonly WorkerSlot[]
  /** What the supervisor itself has to say. */
  readonly #own: (question: Question) => FellowAnswer | undefined
  readonly #open = new Map<number, Gathering>()
  #lastId = 0

  constructor(
    slots: readonly WorkerSlot[],
    clock: Clock,
    own: (question: Question) => FellowAnswer | undefined,
  ) {
    this.#slots = slots
    this.#clock = clock
    this.#own = own
  }

  heard(from: WorkerSlot, message: ToSupervisor & { readonly kind: 'ask' | 'answer' }): void {
    if (message.kind === 'ask') return this.#ask(from, message)
    const gathering = this.#open.get(message.id)
    if (gathering?.asked.delete(from.number) !== true) return
    gathering.answers.push({ worker: from.number, value: message.value })
    if (gathering.asked.size === 0) gathering.finish()
  }

  #ask(from: WorkerSlot, { id: theirId, question }: ToSupervisor & { readonly kind: 'ask' }): void {
    const others = this.#slots.filter((slot) => slot !== from && slot.isServing)
    const own = this.#own(question)
    const answers = own === undefined ? [] : [own]
    this.#lastId += 1
    const id = this.#lastId
    const finish = (): void => {
      timer.cancel()
      this.#open.delete(id)
      from.send({ kind: 'answers', id: theirId, answers })
    }
    const timer = this.#clock.after(answerMs, finish)
    if (others.length === 0) return finish()
    this.#open.set(id, { asked: new Set(others.map(({ number }) => number)), answers, finish })
    for (const slot of others) slot.send({ kind: 'question', id, question })
  }
}
