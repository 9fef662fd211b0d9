// The items of responses that are not written yet, by their ids. Responses are many and references to their items few: an
// answer is looked into when the first reference after it comes, and no more than once.
import { outputIdsOf } from './json-items.ts'
import type { KeptResponse, WrittenResponse } from './ports.ts'

/** A response on its way to the store. */
export class PendingResponse {
  readonly response: KeptResponse
  readonly inputIds: readonly string[]
  #itemIds: readonly string[] | undefined

  constructor(response: KeptResponse, inputIds: readonly string[]) {
    this.response = response
    this.inputIds = inputIds
  }

  get itemIds(): readonly string[] {
    this.#itemIds ??= outputIdsOf(this.response.bodyJson)
    return this.#itemIds
  }

  written(): WrittenResponse {
    return { ...this.response, itemIds: this.itemIds, inputIds: this.inputIds }
  }
}

/** Each by the ids of its own tenant. */
export class PendingItems {
  readonly #unread = new Set<PendingResponse>()
  readonly #byOutput = new Map<string, PendingResponse>()
  readonly #byInput = new Map<string, PendingResponse>()

  add(pending: PendingResponse): void {
    this.#unread.add(pending)
  }

  /** It has been written, or given up. */
  drop(pending: PendingResponse): void {
    if (this.#unread.delete(pending)) return
    remove(this.#byOutput, pending, pending.itemIds)
    remove(this.#byInput, pending, pending.inputIds)
  }

  /** The latest whose output has this item. */
  byOutput(itemId: string, tenant: string): KeptResponse | undefined {
    this.#readAll()
    return this.#byOutput.get(itemKey(itemId, tenant))?.response
  }

  /** The latest whose input has this item. */
  byInput(itemId: string, tenant: string): KeptResponse | undefined {
    this.#readAll()
    return this.#byInput.get(itemKey(itemId, tenant))?.response
  }

  #readAll(): void {
    for (const pending of this.#unread) {
      const { tenant } = pending.response
      for (const id of pending.itemIds) this.#byOutput.set(itemKey(id, tenant), pending)
      for (const id of pending.inputIds) this.#byInput.set(itemKey(id, tenant), pending)
    }
    this.#unread.clear()
  }
}

function remove(
  from: Map<string, PendingResponse>,
  pending: PendingResponse,
  itemIds: readonly string[],
): void {
  for (const id of itemIds) {
    const key = itemKey(id, pending.response.tenant)
    if (from.get(key) === pending) from.delete(key)
  }
}

function itemKey(itemId: string, tenant: string): string {
  return JSON.stringify([tenant, itemId])
}
