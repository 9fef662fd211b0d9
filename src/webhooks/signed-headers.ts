// The headers of Standard Webhooks 1.0.0, by which a receiver knows that a delivery came from us, is whole, and is no copy
// of an old one.

/** HMAC-SHA-256 under a key, in base64. */
export type Sign = (key: Uint8Array, text: string) => string

interface Signed {
  readonly id: string
  readonly timestampSeconds: number
  readonly body: string
}

/** Header lines, each with its line break. With two keys there are two signatures: receivers may know either. */
export function signedHeaders(
  { id, timestampSeconds, body }: Signed,
  keys: readonly Uint8Array[],
  sign: Sign,
): string {
  const text = `${id}.${timestampSeconds}.${body}`
  const signatures = keys.map((key) => `v1,${sign(key, text)}`).join(' ')
  return `webhook-id: ${id}\r\nwebhook-timestamp: ${timestampSeconds}\r\nwebhook-signature: ${signatures}\r\n`
}
