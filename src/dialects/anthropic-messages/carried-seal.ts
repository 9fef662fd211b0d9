// Seals of other dialects, carried through clients of this one. Such a client gives back the signatures of thinking
// blocks as it got them, so a seal of another provider travels in that place, marked with whose it is, and finds its
// way back to the provider that made it.
import type { DialectName } from '../../core/model-request.ts'

export interface CarriedSeal {
  readonly from: DialectName
  readonly seal: string
  /** The provider's id of the sealed part; empty for none. */
  readonly id: string
  /** The tool call that is sealed; empty when it is reasoning. */
  readonly callId: string
}

const mark = 'sallyport-seal:1:'

const others = [
  'openai-chat',
  'openai-responses',
  'gemini',
  'ollama',
] as const satisfies readonly DialectName[]

/** One text for a seal of another dialect: the mark, whose it is, the lengths of both ids, then ids and seal. */
export function carrySeal({ from, seal, id, callId }: CarriedSeal): string {
  return `${mark}${from}:${id.length}:${callId.length}:${id}${callId}${seal}`
}

/** The seal that a text carries; undefined when the text is this dialect's own signature. */
export function carriedSeal(text: string): CarriedSeal | undefined {
  if (!text.startsWith(mark)) return undefined
  const [name, idLengthText, callIdLengthText] = text.slice(mark.length, mark.length + 64).split(':', 3)
  const from = others.find((other) => other === name)
  const idLength = lengthOf(idLengthText)
  const callIdLength = lengthOf(callIdLengthText)
  if (from === undefined || idLength === undefined || callIdLength === undefined) return undefined
  const idStart = mark.length + `${name}:${idLengthText}:${callIdLengthText}:`.length
  const callIdStart = idStart + idLength
  const sealStart = callIdStart + callIdLength
  if (sealStart > text.length) return undefined
  return {
    from,
    id: text.slice(idStart, callIdStart),
    callId: text.slice(callIdStart, sealStart),
    seal: text.slice(sealStart),
  }
}

function lengthOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined
}
