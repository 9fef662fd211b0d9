// An endpoint as a config has it, for one test.
import { parseDestination } from '../../src/platform/egress/destination.ts'
import type { Endpoint } from '../../src/webhooks/endpoint.ts'
import { webhookKeyOf } from '../../src/webhooks/settings.ts'

/** What its deliveries are signed with. */
export const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

export function keyOf(text: string): Uint8Array {
  const key = webhookKeyOf(text)
  if (key === undefined) throw new Error('it is no secret')
  return key
}

export function endpointAt(url: string, changes: Partial<Endpoint> = {}): Endpoint {
  const { pathname, search } = new URL(url)
  return {
    name: 'ops',
    url,
    events: ['*'],
    timeoutMs: 15_000,
    destination: { ...parseDestination(url, 'operator'), operatorAddress: false },
    path: pathname + search,
    keys: [{ key: keyOf(secret), untilMs: Infinity }],
    ...changes,
  }
}
