// A request that goes on with what was kept: by `previous_response_id`, or by references to single items. The provider
// that keeps all of it itself may be asked with its own id; any other is sent what was said.
import { InvalidValue } from '../core/errors.ts'
import { ConversationTooLong, PreviousResponseNotFound } from '../core/reference-errors.ts'
import { conversationBytesMax, conversationUpTo, isSameAccount, itemsFor, told } from './conversation.ts'
import type { Account, FindResponse, Reading } from './conversation.ts'
import { itemsOf, outputOf, referredId, tokensOf } from './json-items.ts'
import type { JsonObject } from './json-items.ts'
import type { KeptResponse, Maker } from './ports.ts'

export interface Continuation {
  /** Who keeps everything that the request refers to, so that it can be asked as it is; undefined when nobody does. */
  readonly holder: Maker | undefined
  /** The request as its holder understands it: with its own id. */
  readonly heldBody: JsonObject
  /**
   * About so many tokens its holder reads beside that body; what only the holder has, nobody here can count. What was kept is
   * read for it, so it is asked only where there is a holder.
   */
  heldTokens(): number
  /**
   * The request with everything in it that it refers to, as this account can be told. Rejects with PreviousResponseNotFound
   * when a part of that is gone, with ConversationTooLong, with ResponsesUnavailable.
   */
  expand(account: Account): Promise<ExpandedRequest>
  /**
   * The request's own items as this account was told them, to be kept: what they refer to may be gone by the next turn.
   * Undefined where none of them refers to anything.
   */
  readonly ownItems: OwnItems | undefined
}

export type OwnItems = (account: Account) => readonly unknown[]

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
  /** Who knows the id as well. */
  readonly holder: Maker | undefined
}

interface FoundResponse extends Found {
  /** Undefined when its holder alone has the content; so also below. */
  readonly response: KeptResponse | undefined
}

interface FoundItem extends Found {
  readonly entry: JsonObject | undefined
  readonly maker: Maker | undefined
}

type References = ReadonlyMap<string, FoundItem>

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
  const ownItems = ownItemsOf(body['input'], references, sources)
  let tokens: number | undefined
  let links: Promise<readonly KeptResponse[]> | undefined
  return {
    holder: commonHolder(found),
    heldBody: { ...body, ...heldIdOf(previous) },
    heldTokens: () => (tokens ??= heldTokensOf(previous, references)),
    expand: async (account) => {
      // One account after another may be told the same conversation.
      links ??= typeof previousId === 'string' ? conversationUpTo(previousId, sources.find) : noLinks
      return expanded(body, itemsFor(await links, readingOf(account, sources)), ownItems(account))
    },
    ownItems: references.size === 0 ? undefined : ownItems,
  }
}

const noLinks: Promise<readonly KeptResponse[]> = Promise.resolve([])

function readingOf(account: Account, { sealTravels }: ContinuationSources): Reading {
  return { account, sealTravels }
}

async function findPrevious(id: string, { find, whereIs }: ContinuationSources): Promise<FoundResponse> {
  const response = await find(id)
  if (response !== undefined) return { response, holder: holderOf(response) }
  const holder = await whereIs(id)
  if (holder === undefined) throw new PreviousResponseNotFound(id)
  return { response, holder }
}

/** By their ids. An id that nobody knows is refused: at a provider it may be another tenant's. */
async function findReferences(input: unknown, sources: ContinuationSources): Promise<References> {
  const references = new Map<string, FoundItem>()
  let bytes = 0
  const entries: readonly unknown[] = Array.isArray(input) ? input : []
  for (const [index, entry] of entries.entries()) {
    const id = referredId(entry)
    if (id === undefined || references.has(id)) continue
    const path = `input[${index}].id`
    if (references.size === referencesMax) {
      throw new InvalidValue(path, `a request refers to at most ${referencesMax} items`)
    }
    const found = await findItem(id, sources)
    if (found === undefined) throw new InvalidValue(path, 'no item of this id is kept; send the item itself')
    bytes += JSON.stringify(found.entry)?.length ?? 0
    if (bytes > conversationBytesMax) throw new ConversationTooLong(`${conversationBytesMax} bytes`)
    references.set(id, found)
  }
  return references
}

async function findItem(
  id: string,
  { findByItem, whereIs }: ContinuationSources,
): Promise<FoundItem | undefined> {
  const response = await findByItem(id)
  if (response !== undefined) {
    const { maker } = response
    const isThis = (entry: JsonObject): boolean => entry['id'] === id && referredId(entry) === undefined
    const output = outputOf(response.bodyJson).find(isThis)
    if (output !== undefined) return { entry: output, maker, holder: holderOf(response) }
    // What a provider is sent it knows by ids of its own.
    const input = itemsOf(response.inputJson).find(isThis)
    if (input !== undefined) return { entry: input, maker, holder: undefined }
  }
  const holder = await whereIs(id)
  return holder === undefined ? undefined : { entry: undefined, maker: undefined, holder }
}

function holderOf({ maker, providerId }: KeptResponse): Maker | undefined {
  return providerId === null ? undefined : maker
}

function heldIdOf(previous: FoundResponse | undefined): JsonObject {
  const providerId = previous?.response?.providerId
  return typeof providerId === 'string' ? { previous_response_id: providerId } : {}
}

function commonHolder(found: readonly Found[]): Maker | undefined {
  const first = found[0]?.holder
  if (first === undefined) return undefined
  const isCommon = found.every(({ holder }) => holder !== undefined && isSameAccount(holder, first))
  return isCommon ? first : undefined
}

/** The item of a reference; none for reasoning that would only be refused. Throws when its content is not here. */
function referredItems(id: string, found: FoundItem | undefined, reading: Reading): readonly JsonObject[] {
  const { entry, maker, holder } = found ?? {}
  if (entry !== undefined && maker !== undefined) return told([entry], maker, reading)
  if (holder === undefined) throw new PreviousResponseNotFound(id)
  return told([{ type: 'item_reference', id }], holder, reading)
}

function expanded(body: JsonObject, before: readonly JsonObject[], own: readonly unknown[]): ExpandedRequest {
  const { previous_response_id: _, input, ...rest } = body
  // What is neither text nor a list is a mistake that whoever reads the request tells of.
  if (input !== undefined && typeof input !== 'string' && !Array.isArray(input)) {
    return { body: { ...rest, input }, itemsBefore: 0 }
  }
  return { body: { ...rest, input: [...before, ...own] }, itemsBefore: before.length }
}

function heldTokensOf(previous: FoundResponse | undefined, references: References): number {
  let tokens = previous?.response === undefined ? 0 : tokensOf(previous.response.bodyJson)
  for (const { entry } of references.values()) {
    if (entry !== undefined) tokens += Math.ceil(JSON.stringify(entry).length / bytesPerToken)
  }
  return tokens
}

/** On average. */
const bytesPerToken = 4

/** Apart from the rest of a continuation: this is held until the answer ends, and a conversation is large. */
function ownItemsOf(input: unknown, references: References, sources: ContinuationSources): OwnItems {
  if (typeof input === 'string') return () => [{ role: 'user', content: input }]
  const entries: readonly unknown[] = Array.isArray(input) ? input : []
  return (account) => {
    const reading = readingOf(account, sources)
    return entries.flatMap((entry): readonly unknown[] => {
      const id = referredId(entry)
      return id === undefined ? [entry] : referredItems(id, references.get(id), reading)
    })
  }
}
