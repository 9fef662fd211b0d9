// The front half hands over to the back. Most calls stand alone; one that names something held elsewhere follows that
// first, and one whose answer may be gone on with has a reader that keeps it.
import type { AnswerReader } from '../core/answer.ts'
import type { Admitted } from './admit.ts'
import { attempt } from './attempt.ts'
import type { Authenticated } from './authenticate.ts'
import { followReferences } from './follow-references.ts'
import type { Followed } from './follow-references.ts'
import { holdAnew } from './hold.ts'
import type { HoldParts } from './hold.ts'
import { keepingReader } from './keep-answer.ts'
import type { KeepParts } from './keep-answer.ts'
import type { AttemptParts, Production } from './production.ts'

export type BeginParts = AttemptParts & KeepParts & HoldParts

interface Asked {
  readonly body: Uint8Array
  readonly caller: Authenticated
  readonly tags: readonly string[]
  /** Undefined where nobody asks. */
  readonly address: string | undefined
}

interface Beginning {
  readonly reader: AnswerReader
  readonly parts: BeginParts
}

/** Begins to produce. Throws what keeps a call from its first attempt; one in a conversation is refused by its reader. */
export function begin(production: Production, asked: Asked, { reader, parts }: Beginning): void {
  if (isAlone(production.request)) return produce(production, { reader, parts })
  beginInConversation(production, asked, { reader, parts }).catch((failure: unknown) =>
    reader.refuse(failure),
  )
}

/** What a request goes on with is sent, and paid for, as its own words are. */
async function holdForAll(production: Production, asked: Asked, parts: HoldParts): Promise<void> {
  const { request, requests } = production
  const [largest = request] = [...(requests?.values() ?? [])].toSorted(
    (one, other) => other.estimatedInputTokens - one.estimatedInputTokens,
  )
  if (largest.estimatedInputTokens <= request.estimatedInputTokens) return
  await holdAnew({ ...asked, record: production.record, request: largest }, production, parts)
}

function produce(production: Production, { reader, parts }: Beginning): void {
  // What it refers to was looked up meanwhile, and its client has left.
  if (production.record.settledMs > 0) return
  production.record.routedMs = parts.clock.nowMs()
  reader.follow(attempt(production, reader, parts))
}

/** Neither before it nor after it is there anything that it belongs to: so are most. */
function isAlone({ refers, keeps }: Admitted): boolean {
  return refers !== true && keeps !== true
}

async function beginInConversation(
  production: Production,
  asked: Asked,
  { reader, parts }: Beginning,
): Promise<void> {
  const { record, request, door } = production
  const { body, caller } = asked
  const refers = request.refers === true
  const followed: Followed = refers
    ? await followReferences(production, caller, parts)
    : { production, heldIds: [] }
  if (followed.production.requests !== undefined) await holdForAll(followed.production, asked, parts)
  const keeping = {
    record,
    caller,
    body,
    response: door.endpoint === 'responses' && request.keeps === true,
    heldIds: followed.heldIds,
    ownItems: followed.ownItems,
    thread: refers && door.endpoint === 'messages',
    container: door.endpoint === 'messages',
  }
  produce(followed.production, { reader: keepingReader(reader, keeping, parts), parts })
}
