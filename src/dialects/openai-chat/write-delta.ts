// Our words for pieces of an answer as this dialect's members: what streams and whole answers write alike.
import type { AnswerEvent, Citation, ProviderError, TokenLogprob } from '../../core/answer-event.ts'
import { dataUrl } from '../data-url.ts'
import type { Wire } from './writing.ts'

/** A citation as a member of a message: a page as an annotation, anything else as its provider wrote it. */
export function writeCitation({ url, title, start, end, native }: Citation): Wire {
  if (url === undefined) return { citations: [native] }
  const cited = { url, title: title ?? '', start_index: start ?? 0, end_index: end ?? 0 }
  return { annotations: [{ type: 'url_citation', url_citation: cited }] }
}

export function writeLogprobs(tokens: readonly TokenLogprob[]): Wire {
  return { content: tokens.map(writeLogprob), refusal: null }
}

function writeLogprob({ token, logprob, bytes, top }: TokenLogprob): Wire {
  return { token, logprob, bytes, top_logprobs: top }
}

/** A picture, as OpenRouter brings it. */
export function writePicture(base64: string, mediaType = 'image/png'): Wire {
  return { type: 'image_url', image_url: { url: dataUrl(mediaType, base64) } }
}

/** Gemini's seal of a tool call, in Google's place for it. */
export function writeCallSeal(seal: string | undefined): Wire {
  return seal === undefined ? {} : { extra_content: { google: { thought_signature: seal } } }
}

export function writeProviderError({ message, type, code, details }: ProviderError): Wire {
  return {
    error: { message, type, param: null, code: code ?? null, ...(details !== undefined && { details }) },
  }
}

/** Is the thought before this event over? Probabilities and sources may come in the middle of one. */
export function endsThought({ kind }: AnswerEvent): boolean {
  return kind !== 'reasoning-delta' && kind !== 'reasoning-seal' && kind !== 'logprobs' && kind !== 'citation'
}
