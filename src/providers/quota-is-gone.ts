// Whether a provider's error means that the money or quota behind our key is gone: then waiting does not
// help, which is what tells it from a rate. A client must not be able to have a key taken for empty.
import { marksOf } from './error-marks.ts'
import type { Quirks } from './provider.ts'

/** How a provider tells it. */
export type QuotaQuirks = Pick<Quirks, 'quotaCodes' | 'quotaPhrases'>

/** What is known of an answer that is an error. */
export interface ErrorAnswer {
  readonly status: number
  readonly body: string
  /** The answer said when to try again, so something will be there again by then. */
  readonly retryLater: boolean
}

/** True when the key that this attempt used has nothing left to spend. */
export function quotaIsGone(quirks: QuotaQuirks, answer: ErrorAnswer): boolean {
  const { status, body, retryLater } = answer
  if (status < 400 || status > 499) return false
  if (status === 402 && !retryLater) return true
  const { quotaCodes = [], quotaPhrases = [] } = quirks
  if (quotaCodes.length === 0 && quotaPhrases.length === 0) return false
  const marks = marksOf(body)
  if (status !== 402 && marks.codes.some((code) => quotaCodes.includes(code))) return true
  return marks.texts.some((text) => quotaPhrases.some((phrase) => says(text, phrase, status)))
}

/** A 400 is about what the client wrote and may repeat it, so there the words must be how the text begins. */
function says(text: string, phrase: string, status: number): boolean {
  if (status === 400) return text.startsWith(phrase)
  return (status === 403 || status === 429) && text.includes(phrase)
}
