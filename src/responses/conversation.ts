// A conversation that was kept, put together again: each response holds the items of its own request and of its answer,
// and names the one before it. Reasoning that nobody but its maker can read is left out where it would be refused.
import { ConversationTooLong, PreviousResponseNotFound } from '../core/reference-errors.ts'
import { itemsOf, outputOf, referredId } from './json-items.ts'
import type { JsonObject } from './json-items.ts'
import type { KeptResponse, Maker } from './ports.ts'
import { sizeOf } from './response-archive.ts'

/** The bounds of a conversation that is put together, so that one request cannot take all memory. */
export const linksMax = 1_000
export const conversationBytesMax = 32 * 1024 * 1024

export type FindResponse = (id: string) => Promise<KeptResponse | undefined>

/** The account that a request goes to. */
export type Account = Pick<Maker, 'provider' | 'credential'>

/** What there is to know of sealed reasoning. */
export interface Reading {
  readonly account: Account
  /** Whether other accounts can read this `encrypted_content`, too. */
  readonly sealTravels: (seal: string) => boolean
}

/** The responses that lead up to this one and itself, the first one first. */
export async function conversationUpTo(id: string, find: FindResponse): Promise<readonly KeptResponse[]> {
  const links = await linksUpTo(id, find)
  const gap = links[0] === undefined ? id : links[0].previousId
  if (gap !== null) throw new PreviousResponseNotFound(gap)
  return links
}

/** The same, from the first that is still there. Empty when this one is not. */
export async function linksUpTo(id: string, find: FindResponse): Promise<readonly KeptResponse[]> {
  const links: KeptResponse[] = []
  let bytes = 0
  for (let next: string | null = id; next !== null; next = links.at(-1)?.previousId ?? null) {
    const link = await find(next)
    if (link === undefined) break
    bytes += sizeOf(link)
    if (bytes > conversationBytesMax) throw new ConversationTooLong(`${conversationBytesMax} bytes`)
    if (links.length === linksMax) throw new ConversationTooLong(`${linksMax} responses`)
    links.push(link)
  }
  return links.toReversed()
}

/** Everything that was said in these. */
export function itemsIn(links: readonly KeptResponse[]): readonly JsonObject[] {
  return links.flatMap(({ inputJson, bodyJson }) => [...itemsOf(inputJson), ...outputOf(bodyJson)])
}

/** Everything that was said in these and that this account can be told. */
export function itemsFor(links: readonly KeptResponse[], reading: Reading): readonly JsonObject[] {
  return links.flatMap(({ inputJson, bodyJson, maker }) =>
    told([...itemsOf(inputJson), ...outputOf(bodyJson)], maker, reading),
  )
}

/**
 * What an account can be told of what another has made or was told. Throws PreviousResponseNotFound for a reference whose
 * content only that one has: half of a conversation is none.
 */
export function told(entries: readonly JsonObject[], maker: Maker, reading: Reading): readonly JsonObject[] {
  return entries.filter((entry) => {
    const id = referredId(entry)
    if (id === undefined || isSameAccount(maker, reading.account)) return isReadable(entry, maker, reading)
    throw new PreviousResponseNotFound(id)
  })
}

/** Whether an account can be told this: a seal is its maker's, and without one the provider must know the id. */
function isReadable(entry: JsonObject, maker: Maker, { account, sealTravels }: Reading): boolean {
  if (entry['type'] !== 'reasoning' || isSameAccount(maker, account)) return true
  const seal = entry['encrypted_content']
  return typeof seal === 'string' && seal !== '' && sealTravels(seal)
}

/** Whether what one has made the other can find. The model may be another one. */
export function isSameAccount(one: Account, other: Account): boolean {
  return one.provider === other.provider && one.credential === other.credential
}
