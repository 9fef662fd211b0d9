// Which behaviour a call gets: the next one queued, else the one spelled in the model's name, else the
// default.
import type { Behaviour } from './behaviour.ts'
import { behaviourOfModel } from './behaviour-of-model.ts'

export class Script {
  #default: Behaviour = {}
  #queue: Behaviour[] = []

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
  }

  get queued(): number {
    return this.#queue.length
  }

  take(model: unknown): Behaviour {
    return this.#queue.shift() ?? behaviourOfModel(model) ?? this.#default
  }
}
