// Which behaviour a call gets: the next one queued, else the one spelled in the model's name, else the
// default.
import type { Behaviour } from './behaviour.ts'
import { behaviourOfModel } from './behaviour-of-model.ts'

export class Script {
  #default: Behaviour = {}
  #queue: Behaviour[] = []
  /** The default counts for everything that is asked, not for calls alone. */
  isWhollySick = false

  /** For the calls that come next, one each. */
  push(behaviours: readonly Behaviour[]): void {
    this.#queue.push(...behaviours)
  }

  setDefault(behaviour: Behaviour): void {
    this.#default = behaviour
  }

  /** Forgets what is queued. */
  clear(): void {
    this.#queue = []
    this.#default = {}
    this.isWhollySick = false
  }

  get queued(): number {
    return this.#queue.length
  }

  /** What is done about a question that is no call. */
  forOthers(): Behaviour {
    return this.isWhollySick ? this.#default : {}
  }

  take(model: unknown): Behaviour {
    return this.#queue.shift() ?? behaviourOfModel(model) ?? this.#default
  }
}
