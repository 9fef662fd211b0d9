// What holds a call to the deployment of others: its key, the user or the conversation that it names, or a header.
import type { Caller } from '../core/caller.ts'
import { isObject } from '../dialects/json-object.ts'
import type { StickyBy } from '../routing/model-plan.ts'
import type { Admitted } from './admit.ts'

interface Asker {
  readonly caller: Caller
  readonly request: Pick<Admitted, 'parsed'>
  readonly inbound: { header(name: string): string | null }
}

/** The same text for all calls that belong together; empty where a call does not say. */
export function stickyTo(by: StickyBy, { caller, request, inbound }: Asker): string {
  if (typeof by === 'object') return inbound.header(by.header) ?? ''
  if (by === 'key') return caller.keyId
  const body = request.parsed()
  // Two tenants may have a user of the same name: harmless, for this only chooses.
  return by === 'user' ? userOf(body) : firstText(conversationOf(body))
}

/** Who is behind the client, in the words of OpenAI (`user`, `safety_identifier`), and of Anthropic (`metadata.user_id`). */
export function userOf(body: Readonly<Record<string, unknown>>): string {
  const { metadata } = body
  return firstText([
    body['safety_identifier'],
    body['user'],
    isObject(metadata) ? metadata['user_id'] : undefined,
  ])
}

function conversationOf(body: Readonly<Record<string, unknown>>): readonly unknown[] {
  const { conversation, container } = body
  return [
    isObject(conversation) ? conversation['id'] : conversation,
    body['prompt_cache_key'],
    isObject(container) ? container['id'] : container,
    body['cachedContent'],
  ]
}

function firstText(values: readonly unknown[]): string {
  return values.find((value): value is string => typeof value === 'string' && value !== '') ?? ''
}
