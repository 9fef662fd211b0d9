// A guess at the tokens of a request, for deployments that cannot be asked to count.
import type { MediaPart, ModelRequest, Part, Turn } from '../../core/model-request.ts'
import { bytesPerToken, mediaTokens } from './media-tokens.ts'

/** Role and separators of a turn. */
const turnTokens = 4

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
    case 'file':
    case 'audio':
    case 'video':
      return tokensOfMedium(part)
    default:
      return tokensOf(JSON.stringify(part.value))
  }
}

function tokensOfMedium({ kind, source }: MediaPart): number {
  if (source.kind === 'text') return tokensOf(source.text)
  return mediaTokens(kind, source.kind === 'inline' ? source.base64.length : undefined)
}

function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken)
}
