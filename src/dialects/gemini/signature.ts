// What stands in a client's `thoughtSignature`: Google's own seal, or that of another dialect, marked with whose it is.
// Google's SDKs take the member for bytes, hence base64.
import type { DialectName } from '../../core/model-request.ts'
import { carrySeal, foreignSeal, sealMark } from '../carried-seal.ts'

export interface Seal {
  readonly seal: string
  readonly from: DialectName
  readonly redacted: boolean
  /** The provider's id of the sealed part. */
  readonly id: string | undefined
}

/** Every carried seal begins so, and no signature of Google's does. */
export const markBase64 = Buffer.from(sealMark).toString('base64')

/** What a client of this dialect gets as `thoughtSignature`. */
export function signatureOf({ seal, from, redacted, id = '' }: Seal): string {
  if (from === 'gemini') return seal
  return Buffer.from(carrySeal({ from, seal, redacted, id, callId: '' })).toString('base64')
}

/** The seal that stands in a `thoughtSignature`. */
export function sealOf(signature: string): Seal {
  const carried = signature.startsWith(markBase64)
    ? foreignSeal(Buffer.from(signature, 'base64').toString(), 'gemini')
    : undefined
  if (carried === undefined) return { seal: signature, from: 'gemini', redacted: false, id: undefined }
  const { seal, from, redacted, id } = carried
  return { seal, from, redacted, id: id === '' ? undefined : id }
}
