// Kept responses on memory, in a world whose clock and store the test holds.
import { GatewayError } from '../src/core/errors.ts'
import type { JsonObject } from '../src/responses/json-items.ts'
import { Responses } from '../src/responses/responses.ts'
import type { NewResponse } from '../src/responses/responses.ts'
import { Stickiness } from '../src/responses/stickiness.ts'
import { MemoryHeldIds, MemoryResponses } from './contract/memory-responses.ts'
import { RecordingObserver } from './response-observer.ts'
import { VirtualClock } from './virtual-clock.ts'

export const dayMs = 24 * 60 * 60 * 1000
export const settings = { store: true, keep: 30 * dayMs, size_limit: 4_000_000 }
export const maker = { provider: 'openai', deployment: 'openai/gpt-5-mini', credential: 'a1' }
export const otherAccount = { provider: 'office', credential: 'b2' }

export class KeptConversations {
  readonly clock = new VirtualClock()
  readonly store = new MemoryResponses()
  readonly heldIds = new MemoryHeldIds()
  readonly observer = new RecordingObserver()
  readonly stickiness: Stickiness
  readonly responses: Responses

  constructor() {
    const { clock, observer } = this
    this.stickiness = new Stickiness({ store: this.heldIds, clock, observer }, settings.keep)
    const sealTravels = (seal: string): boolean => seal.startsWith('travels')
    const parts = { store: this.store, stickiness: this.stickiness, clock, observer, sealTravels }
    this.responses = new Responses(parts, settings)
  }

  /** What the other account would be sent, as the texts of its items. */
  async sentTexts(body: JsonObject, account = otherAccount): Promise<unknown> {
    const continuation = await this.responses.resolve(body, 'default')
    const { input } = (await continuation?.expand(account))?.body ?? {}
    return Array.isArray(input) ? input.map((entry) => entry.content ?? entry.type) : input
  }
}

export const said = (text: string, role = 'user'): JsonObject => ({ type: 'message', role, content: text })

/** A response to this, whose output is one message, and whatever else is given. */
export function answered(id: string, text: string, more: Partial<NewResponse> = {}): NewResponse {
  const output = [{ ...said(`answer to ${text}`, 'assistant'), id: `msg_${id}` }]
  return {
    tenant: 'default',
    id,
    previousId: null,
    keyId: 'key12345',
    model: 'fast',
    maker,
    providerId: null,
    inputJson: JSON.stringify([{ ...said(text), id: `${id}_in0` }]),
    bodyJson: JSON.stringify({ id, object: 'response', output }),
    ...more,
  }
}

export const outputOnly = (...output: JsonObject[]): Partial<NewResponse> => ({
  bodyJson: JSON.stringify({ output }),
})

/** Lets what was begun go on as far as it can without time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return await promise.then(
    () => 'none',
    (reason: unknown) => (reason instanceof GatewayError ? reason.code : String(reason)),
  )
}
