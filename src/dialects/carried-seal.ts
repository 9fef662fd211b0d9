// Seals that travel through clients of another dialect. Such a client gives back signatures and encrypted content as it
// got them, so a seal that another dialect's provider made is marked with whose it is, and finds its way back.
import type { DialectName } from '../core/model-request.ts'

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

/** Every carried seal begins so. Fifteen bytes, hence twenty characters of base64 whatever follows. */
export const sealMark = 'sallyport-seal:'
const begin = `${sealMark}1:`
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
  return `${begin}${from}:${redacted ? 'r' : 'v'}:${id.length}:${callId.length}:${id}${callId}${seal}`
}

/**
 * Stands where a dialect demands a seal and the thought has none: other providers refuse what nobody sealed, so it must be
 * known again as not theirs. Read back, from a client or from a provider that is Sallyport itself, it is no seal.
 */
export const unsealed = carrySeal({ from: 'openai-chat', seal: '', redacted: false, id: '', callId: '' })

/** The seal that a text carries; undefined when the text is no such thing. */
export function carriedSeal(text: string): CarriedSeal | undefined {
  if (!text.startsWith(begin)) return undefined
  const found = head.exec(text.slice(begin.length, begin.length + 64))
  const from = dialects.find((name) => name === found?.[1])
  if (found === null || from === undefined) return undefined
  const idStart = begin.length + found[0].length
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

/** The same for dialects that never mark their own seals: a text in their own name is no carried seal. */
export function foreignSeal(text: string, own: DialectName): CarriedSeal | undefined {
  const carried = carriedSeal(text)
  return carried?.from === own ? undefined : carried
}
