// A receiver's side of Standard Webhooks 1.0.0, written from its specification and from nothing of ours.
import { createHmac, timingSafeEqual } from 'node:crypto'

export interface Received {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

const toleranceSeconds = 300

/** Throws when it is no delivery of whoever has the secret; else its event. */
export function verified(
  { headers, body }: Received,
  secret: string,
  nowMs: number,
): Record<string, unknown> {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => {
    const value = headers[name]
    if (typeof value !== 'string' || value === '') throw new Error(`${name} is missing`)
    return value
  })
  if (!/^\d+$/.test(timestamp ?? '')) throw new Error('the timestamp is no number')
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > toleranceSeconds)
    throw new Error('the timestamp is too old')
  if (!secret.startsWith('whsec_')) throw new Error('this is no secret')
  const key = Buffer.from(secret.slice(6), 'base64')
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`, 'utf8').digest()
  const isGood = (signatures ?? '').split(' ').some((signature) => {
    const [version, text = ''] = signature.split(',')
    const given = Buffer.from(text, 'base64')
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected)
  })
  if (!isGood) throw new Error('no signature fits')
  const event: Record<string, unknown> = JSON.parse(body)
  return event
}
