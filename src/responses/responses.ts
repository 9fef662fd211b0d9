// Responses that Sallyport keeps, so that conversations go on at every provider: a client may have one again, delete it,
// look at what led to it, and go on with it. Whose they are is decided here: a tenant meets its own alone.
import type { Clock } from '../core/clock.ts'
import { InvalidValue } from '../core/errors.ts'
import { PreviousResponseNotFound, ResponseNotFound } from '../core/reference-errors.ts'
import { continuationOf } from './continuation.ts'
import type { Continuation } from './continuation.ts'
import { itemsIn, linksUpTo } from './conversation.ts'
import { itemsOf, outputIdsOf } from './json-items.ts'
import type { JsonObject } from './json-items.ts'
import type { KeptResponse, ResponsesObserver, ResponseStore } from './ports.ts'
import { ResponseArchive, sizeOf } from './response-archive.ts'
import type { ResponsesSettings } from './settings.ts'
import { idCharsMax } from './stickiness.ts'
import type { Stickiness } from './stickiness.ts'

export interface ResponsesParts {
  readonly store: ResponseStore
  /** For what a provider keeps and Sallyport does not. */
  readonly stickiness: Stickiness
  readonly clock: Clock
  readonly observer: ResponsesObserver
  /** Whether other accounts than its maker's can read this `encrypted_content`, too. */
  readonly sealTravels: (seal: string) => boolean
}

/** A response that a client has got, or is about to. */
export interface NewResponse extends Omit<KeptResponse, 'createdAtMs' | 'expiresAtMs'> {
  /** The ids that the client itself gave to items of its input. */
  readonly inputIds?: readonly string[]
}

/** What became of it: `off` by the settings, `too_large` by their limit. */
export type KeepOutcome = 'kept' | 'off' | 'too_large'

export class Responses {
  readonly #parts: ResponsesParts
  readonly #archive: ResponseArchive
  #settings: ResponsesSettings

  constructor(parts: ResponsesParts, settings: ResponsesSettings) {
    this.#parts = parts
    this.#archive = new ResponseArchive(parts)
    this.#settings = settings
  }

  /** Takes over other settings. What is kept keeps its time. */
  use(settings: ResponsesSettings): void {
    this.#settings = settings
    this.#parts.stickiness.use(settings.keep)
  }

  /**
   * Keeps a response, unless its client asked to forget it: then this is not called. It can be found when this returns.
   * Never throws: an answer is not held up because it cannot be kept.
   */
  keep(response: NewResponse): KeepOutcome {
    const { store, keep, size_limit: bytesMax } = this.#settings
    const outcome = !store ? 'off' : isTooLarge(response, bytesMax) ? 'too_large' : 'kept'
    const { observer, clock } = this.#parts
    if (outcome === 'kept') {
      const createdAtMs = clock.wallMs()
      const { inputIds, ...kept } = response
      this.#archive.keep({ ...kept, createdAtMs, expiresAtMs: createdAtMs + keep }, inputIds)
      observer.counted('stored', 1)
      return outcome
    }
    if (outcome === 'too_large') observer.counted('too_large', 1)
    this.#rememberHolder(response)
    return outcome
  }

  /** Rejects with ResponseNotFound or ResponsesUnavailable. */
  async find(id: string, tenant: string): Promise<KeptResponse> {
    const found = isId(id) ? await this.#archive.find(id, tenant) : undefined
    this.#parts.observer.counted(found === undefined ? 'missed' : 'found', 1)
    if (found === undefined) throw new ResponseNotFound(id)
    return found
  }

  /**
   * Everything that a response was made from, the first item first: the conversation before it as far as it is still
   * there, and the input of its own request. Rejects with ResponseNotFound, ResponsesUnavailable, ConversationTooLong.
   */
  async inputItems(id: string, tenant: string): Promise<readonly JsonObject[]> {
    const { previousId, inputJson } = await this.find(id, tenant)
    const findOne = (linkId: string): Promise<KeptResponse | undefined> => this.#archive.find(linkId, tenant)
    const before = previousId === null ? [] : await linksUpTo(previousId, findOne)
    return [...itemsIn(before), ...itemsOf(inputJson)]
  }

  /** It is gone when this resolves. Rejects with ResponseNotFound or ResponsesUnavailable. */
  async remove(id: string, tenant: string): Promise<void> {
    const isRemoved = isId(id) && (await this.#archive.remove(id, tenant))
    this.#parts.observer.counted(isRemoved ? 'removed' : 'missed', 1)
    if (!isRemoved) throw new ResponseNotFound(id)
  }

  /**
   * What a request refers to; undefined when it refers to nothing. Rejects with PreviousResponseNotFound, InvalidValue
   * (for a reference to an item), ResponsesUnavailable.
   */
  async resolve(body: JsonObject, tenant: string): Promise<Continuation | undefined> {
    const { stickiness, sealTravels, observer } = this.#parts
    const archive = this.#archive
    const sources = {
      find: async (id: string) => (isId(id) ? await archive.find(id, tenant) : undefined),
      findByItem: async (id: string) => (isId(id) ? await archive.findByItem(id, tenant) : undefined),
      whereIs: (id: string) => stickiness.whereIs(tenant, id),
      sealTravels,
    }
    try {
      const continuation = await continuationOf(body, sources)
      if (continuation !== undefined) observer.counted('found', 1)
      return continuation
    } catch (failure) {
      const isMissed = failure instanceof PreviousResponseNotFound || failure instanceof InvalidValue
      if (isMissed) observer.counted('missed', 1)
      throw failure
    }
  }

  /** Writes what is pending now, as far as the store takes it. */
  async flush(): Promise<void> {
    await this.#archive.flush()
  }

  /** Writes what is pending. Nothing is kept afterwards. */
  async close(): Promise<void> {
    await this.#archive.close()
  }

  /** What the provider keeps can be gone on with there under the same id, though nothing of it is kept here. */
  #rememberHolder({ tenant, id, providerId, maker, bodyJson }: NewResponse): void {
    if (providerId !== id) return
    for (const held of [id, ...outputIdsOf(bodyJson)]) this.#parts.stickiness.remember(tenant, held, maker)
  }
}

function isTooLarge(response: NewResponse, bytesMax: number): boolean {
  return sizeOf(response) > bytesMax || response.id.length > idCharsMax
}

function isId(id: string): boolean {
  return id !== '' && id.length <= idCharsMax
}
