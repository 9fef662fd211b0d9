// Where two requests begin alike: hashes of the beginning of a body, up to several marks, in one pass. Bytes are compared
// as the client wrote them, because a prompt cache is only worth asking about where nothing has changed.
import { fnv1a, mixed } from './choice/stable-hash.ts'

/** So far from where the prompt begins, in bytes. A provider caches nothing that is much shorter than the first. */
const marks = [1_024, 2_048, 3_072, 4_096, 6_144, 8_192, 12_288, 16_384] as const

/** The prompt is sought among so many first bytes; settings stand before it. */
const soughtBytes = 2_048
const prompts = ['"messages"', '"input"', '"contents"', '"system"', '"instructions"', '"tools"']

export interface PromptPrefix {
  /** Of the marks that the prompt reaches, the shortest first. */
  readonly hashes: readonly number[]
  /** Bytes up to each of them. */
  readonly marks: readonly number[]
  /** Bytes from where the prompt begins to the end of the body. */
  readonly bytes: number
}

/** Undefined for a prompt that is too short. `whose`: prompts of other tenants and models are other prompts. */
export function promptPrefix(body: Uint8Array, whose: string): PromptPrefix | undefined {
  const start = promptStart(body)
  const bytes = body.length - start
  if (bytes < marks[0]) return undefined
  const reached = marks.filter((mark) => mark <= bytes)
  const hashes: number[] = []
  let hash = fnv1a(whose)
  let at = start
  for (const mark of reached) {
    hash = hashed(body, { from: at, until: start + mark }, hash)
    at = start + mark
    hashes.push(mixed(hash))
  }
  return { hashes, marks: reached, bytes }
}

/** Four bytes at a time: every mark is a multiple of four. */
function hashed(
  body: Uint8Array,
  { from, until }: { readonly from: number; readonly until: number },
  before: number,
): number {
  let hash = before
  for (let at = from; at < until; at += 4) {
    const word =
      (body[at] ?? 0) | ((body[at + 1] ?? 0) << 8) | ((body[at + 2] ?? 0) << 16) | ((body[at + 3] ?? 0) << 24)
    hash = Math.imul(hash ^ word, 0x01000193)
    hash ^= hash >>> 15
  }
  return hash
}

function promptStart(body: Uint8Array): number {
  const head = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, soughtBytes))
  let start = head.length
  for (const name of prompts) {
    const found = head.indexOf(name)
    if (found !== -1 && found < start) start = found
  }
  return start === head.length ? 0 : start
}
