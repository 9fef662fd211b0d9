// The seals under which a provider hides its thoughts. One is a function of what it seals, so that the simulator can tell
// its own from any other, also after a restart, without remembering what it said.
import { createHash } from 'node:crypto'

export type SealKind = 'messages' | 'gemini' | 'responses'

/** Base64, as real ones are. */
export function sealOf(kind: SealKind, text: string): string {
  return Buffer.from(
    `simulated-${kind}:${digestOf(kind, text)}:${Buffer.from(text).toString('hex')}`,
  ).toString('base64')
}

/** What the seal hides; undefined when it is not one of ours, or was changed. */
export function unsealed(kind: SealKind, seal: unknown): string | undefined {
  if (typeof seal !== 'string') return undefined
  const opened = Buffer.from(seal, 'base64').toString()
  const [mark, digest, hex = ''] = opened.split(':')
  const text = Buffer.from(hex, 'hex').toString()
  return mark === `simulated-${kind}` && digest === digestOf(kind, text) ? text : undefined
}

function digestOf(kind: SealKind, text: string): string {
  return createHash('sha256').update(`${kind}\n${text}`).digest('hex').slice(0, 16)
}
