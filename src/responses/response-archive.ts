// Kept responses as this process sees them: those on their way to the store before those in it, so that a client finds
// its response the moment it has it. What has expired is not there, whether or not it has been forgotten yet.
import type { Clock } from '../core/clock.ts'
import { ResponsesUnavailable } from '../core/reference-errors.ts'
import { outputIdsOf } from './json-items.ts'
import type { KeptResponse, ResponsesObserver, ResponseStore } from './ports.ts'
import { watcherOf } from './watcher-of.ts'
import { WriteBehind } from './write-behind.ts'

export interface ArchiveParts {
  readonly store: ResponseStore
  readonly clock: Clock
  readonly observer: ResponsesObserver
}

export class ResponseArchive {
  readonly #store: ResponseStore
  readonly #clock: Clock
  readonly #writes: WriteBehind<KeptResponse>

  constructor({ store, clock, observer }: ArchiveParts) {
    this.#store = store
    this.#clock = clock
    this.#writes = new WriteBehind<KeptResponse>({
      clock,
      write: (responses) =>
        store.keep(responses.map((response) => ({ ...response, itemIds: outputIdsOf(response.bodyJson) }))),
      bytesOf: sizeOf,
      watcher: watcherOf(observer),
    })
  }

  /** Never fails: what cannot be written is told to the observer. */
  keep(response: KeptResponse): void {
    this.#writes.put(keyOf(response.id, response.tenant), response)
  }

  /** Rejects with ResponsesUnavailable. */
  async find(id: string, tenant: string): Promise<KeptResponse | undefined> {
    const pending = this.#writes.get(keyOf(id, tenant))
    return this.#ifAlive(pending ?? (await readable(this.#store.find(id, tenant))))
  }

  /** The response whose output has this item. Rejects with ResponsesUnavailable. */
  async findByItem(itemId: string, tenant: string): Promise<KeptResponse | undefined> {
    const quoted = JSON.stringify(itemId)
    const pending = this.#writes
      .newestFirst()
      .find(
        (response) =>
          response.tenant === tenant &&
          response.bodyJson.includes(quoted) &&
          outputIdsOf(response.bodyJson).includes(itemId),
      )
    return this.#ifAlive(pending ?? (await readable(this.#store.findByItem(itemId, tenant))))
  }

  /** False when there was none. It is gone from the store when this resolves. Rejects with ResponsesUnavailable. */
  async remove(id: string, tenant: string): Promise<boolean> {
    if ((await this.find(id, tenant)) === undefined) return false
    await this.#writes.takeBack(keyOf(id, tenant))
    await readable(this.#store.remove(id, tenant))
    return true
  }

  async close(): Promise<void> {
    await this.#writes.close()
  }

  #ifAlive(response: KeptResponse | undefined): KeptResponse | undefined {
    return response !== undefined && response.expiresAtMs > this.#clock.wallMs() ? response : undefined
  }
}

/** What a response takes in the store, near enough. */
export function sizeOf({ inputJson, bodyJson }: Pick<KeptResponse, 'inputJson' | 'bodyJson'>): number {
  return Buffer.byteLength(inputJson) + Buffer.byteLength(bodyJson)
}

function keyOf(id: string, tenant: string): string {
  return JSON.stringify([tenant, id])
}

/** A promise of the store, with its failure as one that a client may see. */
async function readable<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  } catch (cause) {
    throw new ResponsesUnavailable(cause)
  }
}
