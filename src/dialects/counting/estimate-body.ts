// A guess at the tokens of a request from the size of its body, for the case that no count ever comes. Base64 is no text
// to a model, so a body that may hold some is looked at through its dialect's lens.
import type { JsonBody } from '../json-body.ts'
import type { Lens } from '../lens.ts'
import { bytesPerToken, mediaTokens } from './media-tokens.ts'

/** In a body this small not even base64 weighs much. */
const plainBytesMax = 8 * 1024

/** Estimates the input tokens of a request. Never throws. */
export function estimateBodyTokens(body: JsonBody, lens: Lens): number {
  const bytes = body.bytes.byteLength
  if (bytes <= plainBytesMax || !lens.mayHoldMedia(body.bytes)) return Math.ceil(bytes / bytesPerToken)
  let textBytes = bytes
  let tokens = 0
  for (const { start, end, kind, base64Length } of lens.media(body)) {
    textBytes -= end - start
    tokens += mediaTokens(kind, base64Length)
  }
  return tokens + Math.ceil(textBytes / bytesPerToken)
}
