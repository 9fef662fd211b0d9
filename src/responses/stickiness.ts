// Where things are that providers keep and answers name: a message of a thread, a container. Only the provider and the
// account that made one know its id, so a call that names it has to go there again. Ids are remembered, never what they
// stand for; a tenant finds its own alone.
import type { Clock } from '../core/clock.ts'
import { ResponsesUnavailable } from '../core/reference-errors.ts'
import type { HeldId, HeldIdStore, Maker, ResponsesObserver } from './ports.ts'
import { watcherOf } from './watcher-of.ts'
import { WriteBehind } from '../store/write-behind.ts'

export interface StickinessParts {
  readonly store: HeldIdStore
  readonly clock: Clock
  readonly observer: ResponsesObserver
}

/** No provider's id is longer, and what is no id is not kept. */
export const idCharsMax = 512

export class Stickiness {
  readonly #store: HeldIdStore
  readonly #clock: Clock
  readonly #writes: WriteBehind<HeldId>
  #keepMs: number

  constructor({ store, clock, observer }: StickinessParts, keepMs: number) {
    this.#store = store
    this.#clock = clock
    this.#keepMs = keepMs
    this.#writes = new WriteBehind<HeldId>({
      clock,
      write: (ids) => store.remember(ids),
      bytesOf: ({ id }) => id.length,
      watcher: watcherOf(observer),
    })
  }

  /** From now on ids are remembered so long. */
  use(keepMs: number): void {
    this.#keepMs = keepMs
  }

  /** Never fails: what cannot be written is told to the observer. Naming an id again begins its time anew. */
  remember(tenant: string, id: string, maker: Maker): void {
    if (id === '' || id.length > idCharsMax) return
    const expiresAtMs = this.#clock.wallMs() + this.#keepMs
    this.#writes.put(JSON.stringify([tenant, id]), { tenant, id, maker, expiresAtMs })
  }

  /** Rejects with ResponsesUnavailable. */
  async whereIs(tenant: string, id: string): Promise<Maker | undefined> {
    if (id === '' || id.length > idCharsMax) return undefined
    const held = this.#writes.get(JSON.stringify([tenant, id])) ?? (await this.#find(id, tenant))
    return held !== undefined && held.expiresAtMs > this.#clock.wallMs() ? held.maker : undefined
  }

  /** Writes what is pending now, as far as the store takes it. */
  async flush(): Promise<void> {
    await this.#writes.flush()
  }

  async close(): Promise<void> {
    await this.#writes.close()
  }

  async #find(id: string, tenant: string): Promise<HeldId | undefined> {
    try {
      return await this.#store.find(id, tenant)
    } catch (cause) {
      throw new ResponsesUnavailable(cause)
    }
  }
}
