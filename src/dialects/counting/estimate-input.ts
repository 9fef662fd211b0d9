// A guess at the tokens of a request, for deployments that cannot be asked to count. No tokenizer: they differ from
// model to model, and each takes longer than the whole call should.
import type { ModelRequest, Part, Turn } from '../../core/model-request.ts'

/** English text of today's tokenizers: about four bytes a token. Other scripts have more bytes, and more tokens. */
const bytesPerToken = 4
/** What an image costs at most at Anthropic (about 1,600) and, in high detail, at OpenAI (up to 1,445). */
const imageTokens = 1_500
/** Role and separators of a turn. */
const turnTokens = 4
/** Base64 of a document, a recording: a page of a PDF is some 50 kB of it and 2,000 tokens. */
const mediaBytesPerToken = 25

/** Estimates the input tokens of a request. */
export function estimateInputTokens({ turns, tools }: ModelRequest): number {
  let tokens = tools === undefined ? 0 : tokensOf(JSON.stringify(tools))
  for (const turn of turns) tokens += turnTokens + tokensOfTurn(turn)
  return tokens
}

function tokensOfTurn({ parts }: Turn): number {
  return parts.reduce((sum, part) => sum + tokensOfPart(part), 0)
}

function tokensOfPart(part: Part): number {
  switch (part.kind) {
    case 'text':
    case 'reasoning':
    case 'refusal':
      return tokensOf(part.text)
    case 'tool-call':
      return tokensOf(part.name) + tokensOf(part.arguments)
    case 'tool-result':
      return part.parts.reduce((sum, inner) => sum + tokensOfPart(inner), 0)
    case 'image':
      return imageTokens
    case 'file':
    case 'audio':
    case 'video':
      return part.source.kind === 'inline'
        ? Math.ceil(part.source.base64.length / mediaBytesPerToken)
        : part.source.kind === 'text'
          ? tokensOf(part.source.text)
          : imageTokens
    default:
      return tokensOf(JSON.stringify(part.value))
  }
}

function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken)
}
