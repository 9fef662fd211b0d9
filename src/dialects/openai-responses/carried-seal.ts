// Seals that travel through clients of this dialect in `encrypted_content`. A client gives it back as it got it, so a
// seal that another dialect's provider made is marked with whose it is, and finds its way back.
import type { DialectName } from '../../core/model-request.ts'

export interface CarriedSeal {
  readonly from: DialectName
  readonly seal: string
  /** The provider hides the reasoning itself. */
  readonly redacted: boolean
  /** The provider's id of the sealed part; empty for none. */
  readonly id: string
  /** The tool call that is sealed; empty when it is reasoning. */
  readonly callId: string
}

const mark = 'sallyport-seal:1:'
const head = /^([a-z-]{1,32}):([rv]):(\d{1,6}):(\d{1,6}):/

const dialects: readonly DialectName[] = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini',
  'ollama',
]

/** One text for a seal: the mark, whose it is, whether it is redacted, the lengths of both ids, then ids and seal. */
export function carrySeal({ from, seal, redacted, id, callId }: CarriedSeal): string {
  return `${mark}${from}:${redacted ? 'r' : 'v'}:${id.length}:${callId.length}:${id}${callId}${seal}`
}

/** The seal that a text carries; undefined when the text is this dialect's own. */
export function carriedSeal(text: string): CarriedSeal | undefined {
  if (!text.startsWith(mark)) return undefined
  const found = head.exec(text.slice(mark.length, mark.length + 64))
  const from = dialects.find((name) => name === found?.[1])
  if (found === null || from === undefined) return undefined
  const idStart = mark.length + found[0].length
  const callIdStart = idStart + Number(found[3])
  const sealStart = callIdStart + Number(found[4])
  if (sealStart > text.length) return undefined
  return {
    from,
    redacted: found[2] === 'r',
    id: text.slice(idStart, callIdStart),
    callId: text.slice(callIdStart, sealStart),
    seal: text.slice(sealStart),
  }
}
