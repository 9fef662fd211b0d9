// A request that goes on with what was kept: by `previous_response_id`, or by references to single items. The provider
// that keeps all of it itself may be asked with its own id; any other is sent what was said.
import { InvalidValue } from '../core/errors.ts'
import { PreviousResponseNotFound } from '../core/reference-errors.ts'
import { conversationUpTo, isReadable, isSameAccount, itemsFor } from './conversation.ts'
import type { Account, FindResponse, Reading } from './conversation.ts'
import { itemsOf, outputOf, referredId } from './json-items.ts'
import type { JsonObject } from './json-items.ts'
import type { KeptResponse, Maker } from './ports.ts'

export interface Continuation {
  /** Who keeps everything that the request refers to, so that it can be asked as it is; undefined when nobody does. */
  readonly holder: Maker | undefined
  /** The request as its holder understands it: with its own id. */
  readonly heldBody: JsonObject
  /**
   * The request with everything in it that it refers to, as this account can be told. Rejects with PreviousResponseNotFound
   * when a part of that is gone, with ConversationTooLong, with ResponsesUnavailable.
   */
  expand(account: Account): Promise<ExpandedRequest>
}

export interface ExpandedRequest {
  readonly body: JsonObject
  /** How many items now stand before those of the request. */
  readonly itemsBefore: number
}

/** Where to look; each rejects with ResponsesUnavailable. */
export interface ContinuationSources {
  readonly find: FindResponse
  readonly findByItem: FindResponse
  /** Who keeps what has this id, where its content is not kept here. */
  readonly whereIs: (id: string) => Promise<Maker | undefined>
  readonly sealTravels: Reading['sealTravels']
}

/** What an id stands for. */
interface Found {
  readonly response: KeptResponse | undefined
  readonly holder: Maker | undefined
}

/** More references than this stand in no honest request, and each takes a look into the store. */
export const referencesMax = 1_000

/** What the request refers to; undefined when it refers to nothing. Rejects when one of those is not there. */
export async function continuationOf(
  body: JsonObject,
  sources: ContinuationSources,
): Promise<Continuation | undefined> {
  const previousId = body['previous_response_id']
  const previous = typeof previousId === 'string' ? await findPrevious(previousId, sources) : undefined
  const references = await findReferences(body['input'], sources)
  if (previous === undefined && references.size === 0) return undefined
  const found = [...(previous === undefined ? [] : [previous]), ...references.values()]
  return {
    holder: commonHolder(found),
    heldBody: { ...body, ...heldIdOf(previous) },
    expand: async (account) => {
      const reading = { account, sealTravels: sources.sealTravels }
      const links = typeof previousId === 'string' ? await conversationUpTo(previousId, sources.find) : []
      return expanded(body, itemsFor(links, reading), (id) => referredItem(id, references.get(id), reading))
    },
  }
}

async function findPrevious(id: string, { find, whereIs }: ContinuationSources): Promise<Found> {
  const response = await find(id)
  if (response !== undefined) return { response, holder: holderOf(response) }
  const holder = await whereIs(id)
  if (holder === undefined) throw new PreviousResponseNotFound(id)
  return { response, holder }
}

/** By their ids. An id that nobody knows is refused: at a provider it may be another tenant's. */
async function findReferences(
  input: unknown,
  { findByItem, whereIs }: ContinuationSources,
): Promise<ReadonlyMap<string, Found>> {
  const references = new Map<string, Found>()
  const entries: readonly unknown[] = Array.isArray(input) ? input : []
  for (const [index, entry] of entries.entries()) {
    const id = referredId(entry)
    if (id === undefined || references.has(id)) continue
    const path = `input[${index}].id`
    if (references.size === referencesMax) {
      throw new InvalidValue(path, `a request refers to at most ${referencesMax} items`)
    }
    const response = await findByItem(id)
    const holder = response === undefined ? await whereIs(id) : holderOf(response)
    if (response === undefined && holder === undefined) {
      throw new InvalidValue(path, 'no item of this id is kept; send the item itself')
    }
    references.set(id, { response, holder })
  }
  return references
}

function holderOf({ maker, providerId }: KeptResponse): Maker | undefined {
  return providerId === null ? undefined : maker
}

function heldIdOf(previous: Found | undefined): JsonObject {
  const providerId = previous?.response?.providerId
  return typeof providerId === 'string' ? { previous_response_id: providerId } : {}
}

function commonHolder(found: readonly Found[]): Maker | undefined {
  const first = found[0]?.holder
  if (first === undefined) return undefined
  const isCommon = found.every(({ holder }) => holder !== undefined && isSameAccount(holder, first))
  return isCommon ? first : undefined
}

/** The item of a reference; null for reasoning that would only be refused. Throws when its content is not here. */
function referredItem(id: string, found: Found | undefined, reading: Reading): JsonObject | null {
  const { response } = found ?? {}
  if (response === undefined) throw new PreviousResponseNotFound(id)
  const entry = [...outputOf(response.bodyJson), ...itemsOf(response.inputJson)].find(
    (one) => one['id'] === id,
  )
  if (entry === undefined) throw new PreviousResponseNotFound(id)
  return isReadable(entry, response.maker, reading) ? entry : null
}

function expanded(
  body: JsonObject,
  before: readonly JsonObject[],
  resolve: (id: string) => JsonObject | null,
): ExpandedRequest {
  const { previous_response_id: _, input, ...rest } = body
  // What is neither text nor a list is a mistake that whoever reads the request tells of.
  if (input !== undefined && typeof input !== 'string' && !Array.isArray(input)) {
    return { body: { ...rest, input }, itemsBefore: 0 }
  }
  const own = ownItems(input).flatMap((entry) => {
    const id = referredId(entry)
    const whole = id === undefined ? entry : resolve(id)
    return whole === null ? [] : [whole]
  })
  return { body: { ...rest, input: [...before, ...own] }, itemsBefore: before.length }
}

function ownItems(input: string | readonly unknown[] | undefined): readonly unknown[] {
  if (typeof input === 'string') return [{ role: 'user', content: input }]
  return input ?? []
}
