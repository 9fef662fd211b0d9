// Kept responses and bodies, sealed on their way into their store and opened on their way out, whichever store it is.
// Where nothing is to be sealed a text is kept as it is, and what was sealed before is opened all the same.
import type { BodyStore, KeptBody, KeptText } from '../../bodies/ports.ts'
import type { KeptResponse, ResponseStore } from '../../responses/ports.ts'
import { CannotOpen, isSealed } from '../../store/sealing.ts'
import type { Sealer, SealPlace } from '../../store/sealing.ts'
import { bodyMark, joined, parted } from './kept-pairs.ts'

/** `sealer` is asked for each time: its key may change while the process runs. */
export function sealedResponses(store: ResponseStore, sealer: () => Sealer): ResponseStore {
  const opened = <Response extends KeptResponse>(response: Response | undefined): Response | undefined => {
    if (response === undefined || !isSealed(response.bodyJson)) return response
    const [inputJson, bodyJson] = parted(sealer().open(response.bodyJson, placeOf(response)))
    return { ...response, inputJson, bodyJson }
  }
  return {
    keep: (responses) => store.keep(responses.map((response) => sealed(response, sealer()))),
    find: async (id, tenant) => opened(await store.find(id, tenant)),
    findByItem: async (itemId, tenant) => opened(await store.findByItem(itemId, tenant)),
    remove: (id, tenant) => store.remove(id, tenant),
    forgetBefore: (timeMs, max) => store.forgetBefore(timeMs, max),
  }
}

function sealed<Response extends KeptResponse>(response: Response, sealer: Sealer): Response {
  if (sealer.keyId === undefined) return response
  const { inputJson, bodyJson } = response
  return {
    ...response,
    inputJson: '',
    bodyJson: sealer.seal(joined([inputJson, bodyJson]), placeOf(response)),
  }
}

function placeOf({ id, tenant }: KeptResponse): SealPlace {
  return { table: 'responses', row: id, tenant }
}

/** The same for bodies. */
export function sealedBodies(store: BodyStore, sealer: () => Sealer): BodyStore {
  return {
    keep: (bodies) => store.keep(bodies.map((body) => sealedBody(body, sealer()))),
    list: async (filter, max) => (await store.list(filter, max)).map((body) => openedBody(body, sealer())),
    erase: (filter) => store.erase(filter),
    forgetBefore: (timeMs, max) => store.forgetBefore(timeMs, max),
  }
}

function sealedBody(body: KeptBody, sealer: Sealer): KeptBody {
  if (sealer.keyId === undefined) return body
  const pair = joined([JSON.stringify(body.prompt), JSON.stringify(body.answer)])
  const text = sealer.seal(pair, placeOfBody(body))
  return { ...body, prompt: [{ role: bodyMark, kind: bodyMark, text }], answer: [] }
}

function openedBody(body: KeptBody, sealer: Sealer): KeptBody {
  const [first] = body.prompt
  if (first?.kind !== bodyMark || !isSealed(first.text)) return body
  try {
    const [prompt, answer] = parted(sealer.open(first.text, placeOfBody(body)))
    return { ...body, prompt: textsIn(prompt), answer: textsIn(answer) }
  } catch (failure) {
    // One that cannot be opened must not hide the others.
    if (failure instanceof CannotOpen) return body
    throw failure
  }
}

function textsIn(json: string): readonly KeptText[] {
  return JSON.parse(json) as readonly KeptText[]
}

function placeOfBody({ callId, tenant }: KeptBody): SealPlace {
  return { table: 'bodies', row: callId, tenant }
}
