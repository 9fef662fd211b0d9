// Kept responses and held ids in memory, for tests: they keep the promises of the ports, as the contract shows, and can be
// away.
import type {
  HeldId,
  HeldIdStore,
  KeptResponse,
  ResponseStore,
  WrittenResponse,
} from '../../src/responses/ports.ts'

class Away {
  /** Whether everything fails, as with a database that cannot be written or read. */
  isAway = false

  answer<Answer>(work: () => Answer): Promise<Answer> {
    return new Promise((resolve) => {
      if (this.isAway) throw new Error('the store is away')
      resolve(work())
    })
  }
}

type ItemIds = Pick<WrittenResponse, 'itemIds' | 'inputIds'>

const keyOf = (id: string, tenant: string): string => JSON.stringify([tenant, id])

export class MemoryResponses extends Away implements ResponseStore {
  /** How many responses each write brought. */
  readonly writes: number[] = []
  readonly #responses = new Map<string, KeptResponse>()
  /** Item to response. */
  readonly #items = new Map<string, string>()

  keep(responses: readonly WrittenResponse[]): Promise<void> {
    return this.answer(() => {
      this.writes.push(responses.length)
      for (const { itemIds, inputIds, ...response } of responses) this.#keep(response, { itemIds, inputIds })
    })
  }

  find(id: string, tenant: string): Promise<KeptResponse | undefined> {
    return this.answer(() => this.#responses.get(keyOf(id, tenant)))
  }

  findByItem(itemId: string, tenant: string): Promise<KeptResponse | undefined> {
    return this.answer(() => this.#responses.get(this.#items.get(keyOf(itemId, tenant)) ?? ''))
  }

  remove(id: string, tenant: string): Promise<void> {
    return this.answer(() => this.#remove(keyOf(id, tenant)))
  }

  forgetBefore(timeMs: number, max: number): Promise<number> {
    return this.answer(() => {
      const expired = [...this.#responses].filter(([, { expiresAtMs }]) => expiresAtMs < timeMs).slice(0, max)
      for (const [key] of expired) this.#remove(key)
      return expired.length
    })
  }

  #keep(response: KeptResponse, { itemIds, inputIds }: ItemIds): void {
    const { id, tenant, createdAtMs, expiresAtMs } = response
    const key = keyOf(id, tenant)
    this.#remove(key)
    this.#responses.set(key, response)
    for (const itemId of itemIds) this.#items.set(keyOf(itemId, tenant), key)
    for (const itemId of inputIds) {
      const itemKey = keyOf(itemId, tenant)
      if (!this.#items.has(itemKey)) this.#items.set(itemKey, key)
    }
    const enoughMs = expiresAtMs - (expiresAtMs - createdAtMs) / 30
    const seen = new Set<string>()
    let { previousId } = response
    while (previousId !== null) {
      const earlierKey = keyOf(previousId, tenant)
      const earlier = this.#responses.get(earlierKey)
      if (earlier === undefined || seen.has(earlierKey)) return
      seen.add(earlierKey)
      if (earlier.expiresAtMs < enoughMs) this.#responses.set(earlierKey, { ...earlier, expiresAtMs })
      ;({ previousId } = earlier)
    }
  }

  #remove(key: string): void {
    this.#responses.delete(key)
    for (const [itemKey, owner] of this.#items) if (owner === key) this.#items.delete(itemKey)
  }
}

export class MemoryHeldIds extends Away implements HeldIdStore {
  readonly #ids = new Map<string, HeldId>()

  get size(): number {
    return this.#ids.size
  }

  remember(ids: readonly HeldId[]): Promise<void> {
    return this.answer(() => {
      for (const held of ids) this.#ids.set(keyOf(held.id, held.tenant), held)
    })
  }

  find(id: string, tenant: string): Promise<HeldId | undefined> {
    return this.answer(() => this.#ids.get(keyOf(id, tenant)))
  }

  forgetBefore(timeMs: number, max: number): Promise<number> {
    return this.#forget(max, ({ expiresAtMs }) => expiresAtMs < timeMs)
  }

  forgetBeyond(number: number, max: number): Promise<number> {
    return this.#forget(Math.min(max, Math.max(0, this.#ids.size - number)), () => true)
  }

  #forget(max: number, isMeant: (held: HeldId) => boolean): Promise<number> {
    return this.answer(() => {
      const meant = [...this.#ids]
        .filter(([, held]) => isMeant(held))
        .toSorted(([, one], [, other]) => one.expiresAtMs - other.expiresAtMs)
        .slice(0, max)
      for (const [key] of meant) this.#ids.delete(key)
      return meant.length
    })
  }
}
