// Words that stand nowhere else: wherever one turns up, something of its kind has come there. A finding counts also when
// the word is spelled in hexadecimal digits, in Base64, or backwards, and when only half of it is left.
import { randomBytes } from 'node:crypto'

/**
 * `secret`: may be nowhere. `said`: in prompts and answers that nobody asked to keep. `kept`: in those that a client asked
 * to keep. `pepper`: raw bytes in files of that name, and in backups.
 */
export type CanaryKind = 'secret' | 'said' | 'kept' | 'pepper'

export interface Canary {
  readonly name: string
  readonly kind: CanaryKind
  readonly text: string
  /** All the ways in which it may be spelled. */
  readonly spellings: readonly Buffer[]
}

/** A new word of forty letters, after what makes it look like what it stands for. */
export function newCanary(name: string, kind: CanaryKind, prefix = ''): Canary {
  return canaryOf(name, kind, prefix + randomBytes(20).toString('hex'))
}

/** A word that somebody else made. */
export function canaryOf(name: string, kind: CanaryKind, text: string): Canary {
  return { name, kind, text, spellings: spellingsOf(Buffer.from(text)) }
}

/** Bytes without any text. */
export function bytesCanary(name: string, kind: CanaryKind, bytes: Uint8Array): Canary {
  const raw = Buffer.from(bytes)
  const asText = ['hex', 'base64', 'base64url'] as const
  return { name, kind, text: '', spellings: [raw, ...asText.map((form) => Buffer.from(raw.toString(form)))] }
}

/** Those that are in these bytes. */
export function canariesIn(bytes: Buffer | string, canaries: readonly Canary[]): readonly Canary[] {
  const looked = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
  return canaries.filter(({ spellings }) => spellings.some((spelling) => looked.includes(spelling)))
}

function spellingsOf(raw: Buffer): readonly Buffer[] {
  const half = raw.subarray(Math.floor(raw.length / 2))
  // Base64 of a longer text holds it in one of three ways, without what touches its neighbours.
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), half]).toString('base64')
    return Buffer.from(text.slice(shift === 0 ? 0 : 4, -4))
  })
  const first = raw.subarray(0, Math.ceil(raw.length / 2))
  return [
    half,
    // The first half of a key may be a prefix that all keys have.
    ...(first.length >= uniqueBytes ? [first.subarray(-uniqueBytes)] : []),
    Buffer.from(half.toString('hex')),
    Buffer.from(half).reverse(),
    ...base64,
  ]
}

/** So much of it is by chance nowhere else. */
const uniqueBytes = 14
