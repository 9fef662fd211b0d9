// What texts and media are taken to cost in tokens, wherever nobody counts. No tokenizer: they differ from model to
// model, and each takes longer than the whole call should.
import type { MediaPart } from '../../core/model-request.ts'

/** English text of today's tokenizers: about four bytes a token. Other scripts have more bytes, and more tokens. */
export const bytesPerToken = 4
/** What an image costs at most at Anthropic (about 1,600) and, in high detail, at OpenAI (up to 1,445). */
const imageTokens = 1_500
/** Base64 of a document, a recording: a page of a PDF is some 50 kB of it and 2,000 tokens. */
const mediaBytesPerToken = 25

/** `base64Length` is undefined where the medium lies elsewhere: how large it is nobody knows then. */
export function mediaTokens(kind: MediaPart['kind'], base64Length: number | undefined): number {
  if (kind === 'image' || base64Length === undefined) return imageTokens
  return Math.ceil(base64Length / mediaBytesPerToken)
}
