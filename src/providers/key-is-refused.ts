// Whether a provider's error means that our key, or the account behind it, is refused where the status does not say so.
// A client must not be able to have a good key taken for a bad one.
import { marksOf } from './error-marks.ts'
import type { Quirks } from './provider.ts'
import type { ErrorAnswer } from './quota-is-gone.ts'

/** How the provider tells it. */
export type KeyQuirks = Pick<Quirks, 'credentialStatuses' | 'credentialPhrases'>

/** True when the key that this attempt used is of no use here. */
export function keyIsRefused(
  { credentialStatuses = [], credentialPhrases = [] }: KeyQuirks,
  { status, body }: Pick<ErrorAnswer, 'status' | 'body'>,
): boolean {
  if (credentialStatuses.includes(status)) return true
  if (status !== 400 || credentialPhrases.length === 0) return false
  // A 400 is about what the client wrote and may repeat it, so the words must be how the text begins.
  return marksOf(body).texts.some((text) => credentialPhrases.some((phrase) => text.startsWith(phrase)))
}
