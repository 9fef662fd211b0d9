// Seals of other dialects, carried through clients of this one. Such a client gives back each
// `thoughtSignature` as it got it, so a seal of another provider travels in that place, marked with whose it
// is, and finds its way back. Google's SDKs take the member for bytes, hence base64.
import type { DialectName } from '../../core/model-request.ts'

export interface Seal {
  readonly seal: string
  readonly from: DialectName
  readonly redacted: boolean
  /** The provider's id of the sealed part. */
  readonly id: string | undefined
}

/** Twelve bytes, so that it is sixteen characters of base64 whatever follows. */
const mark = 'sallyport:1:'
const markBase64 = Buffer.from(mark).toString('base64')

const others = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'ollama',
] as const satisfies readonly DialectName[]

/** What a client of this dialect gets as `thoughtSignature`. */
export function signatureOf({ seal, from, redacted, id = '' }: Seal): string {
  if (from === 'gemini') return seal
  const text = `${mark}${from}:${redacted ? 'redacted' : 'shown'}:${id.length}:${id}${seal}`
  return Buffer.from(text).toString('base64')
}

/** The seal that stands in a `thoughtSignature`: Google's own, or a carried one. */
export function sealOf(signature: string): Seal {
  return carriedSeal(signature) ?? { seal: signature, from: 'gemini', redacted: false, id: undefined }
}

function carriedSeal(signature: string): Seal | undefined {
  if (!signature.startsWith(markBase64)) return undefined
  const text = Buffer.from(signature, 'base64').toString().slice(mark.length)
  const [name, visibility, lengthText] = text.slice(0, 64).split(':', 3)
  const from = others.find((other) => other === name)
  if (from === undefined || visibility === undefined || !/^\d{1,6}$/.test(lengthText ?? '')) return undefined
  const idStart = `${name}:${visibility}:${lengthText}:`.length
  const sealStart = idStart + Number(lengthText)
  if (sealStart > text.length) return undefined
  return {
    seal: text.slice(sealStart),
    from,
    redacted: visibility === 'redacted',
    id: sealStart === idStart ? undefined : text.slice(idStart, sealStart),
  }
}
