// Kept responses as this process sees them: those on their way to the store before those in it, so that a client finds
// its response the moment it has it. What has expired is not there, whether or not it has been forgotten yet.
import type { Clock } from '../core/clock.ts'
import { ResponsesUnavailable } from '../core/reference-errors.ts'
import { responsesOfInputItem } from '../core/input-item-id.ts'
import { itemsOf } from './json-items.ts'
import { PendingItems, PendingResponse } from './pending-items.ts'
import type { KeptResponse, ResponsesObserver, ResponseStore } from './ports.ts'
import { watcherOf } from './watcher-of.ts'
import { WriteBehind } from '../store/write-behind.ts'

export interface ArchiveParts {
  readonly store: ResponseStore
  readonly clock: Clock
  readonly observer: ResponsesObserver
}

export class ResponseArchive {
  readonly #store: ResponseStore
  readonly #clock: Clock
  readonly #items = new PendingItems()
  readonly #writes: WriteBehind<PendingResponse>

  constructor({ store, clock, observer }: ArchiveParts) {
    this.#store = store
    this.#clock = clock
    this.#writes = new WriteBehind<PendingResponse>({
      clock,
      write: (group) => store.keep(group.map((pending) => pending.written())),
      bytesOf: ({ response }) => sizeOf(response),
      dropped: (pending) => this.#items.drop(pending),
      watcher: watcherOf(observer),
    })
  }

  /** `inputIds` are the ids that the client gave to items. Never fails: what cannot be written is told to the observer. */
  keep(response: KeptResponse, inputIds: readonly string[] = []): void {
    const pending = new PendingResponse(response, inputIds)
    this.#items.add(pending)
    this.#writes.put(keyOf(response.id, response.tenant), pending)
  }

  /** Rejects with ResponsesUnavailable. */
  async find(id: string, tenant: string): Promise<KeptResponse | undefined> {
    const pending = this.#writes.get(keyOf(id, tenant))?.response
    return this.#ifAlive(pending ?? (await readable(this.#store.find(id, tenant))))
  }

  /** The response that put this item out, else one that was made from it. Rejects with ResponsesUnavailable. */
  async findByItem(itemId: string, tenant: string): Promise<KeptResponse | undefined> {
    for (const id of responsesOfInputItem(itemId)) {
      const response = await this.find(id, tenant)
      if (response !== undefined && hasInput(response, itemId)) return response
    }
    const found =
      this.#items.byOutput(itemId, tenant) ??
      (await readable(this.#store.findByItem(itemId, tenant))) ??
      this.#items.byInput(itemId, tenant)
    return this.#ifAlive(found)
  }

  /** False when there was none. It is gone from the store when this resolves. Rejects with ResponsesUnavailable. */
  async remove(id: string, tenant: string): Promise<boolean> {
    if ((await this.find(id, tenant)) === undefined) return false
    await this.#writes.takeBack(keyOf(id, tenant))
    await readable(this.#store.remove(id, tenant))
    return true
  }

  /** Writes what is pending now, as far as the store takes it. */
  async flush(): Promise<void> {
    await this.#writes.flush()
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

function hasInput({ inputJson }: KeptResponse, itemId: string): boolean {
  return itemsOf(inputJson).some(({ id }) => id === itemId)
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
