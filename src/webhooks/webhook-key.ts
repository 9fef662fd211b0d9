// The key in a webhook's secret.
const secretForm = /^whsec_([A-Za-z0-9+/]+={0,2})$/

/** The key that a secret stands for (Standard Webhooks 1.0.0). Undefined for a text that is none. */
export function webhookKeyOf(secret: string): Uint8Array | undefined {
  const written = secretForm.exec(secret)?.[1]
  if (written === undefined) return undefined
  const key = Buffer.from(written, 'base64')
  return key.length >= 24 && key.length <= 64 ? key : undefined
}
