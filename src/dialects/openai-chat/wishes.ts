// What deployments of this dialect take beyond OpenAI's own members. OpenAI and many others answer an unknown member
// with an error, so none is written that was not wished for.
import type { Dropped, WriteWishes } from '../dialect.ts'

export type ChatExtension =
  | 'top_k'
  | 'min_p'
  /** Reasoning with the seals of other dialects, as OpenRouter takes it back. */
  | 'reasoning_details'
  /** Marks for the prompt cache in Anthropic's spelling, and OpenAI's own of 2026. */
  | 'cache_control'
  | 'prompt_cache_breakpoint'
  | 'video_url'
  /** Files by their address, in `file_data`. */
  | 'file_url'
  /** Gemini's seals on tool calls. */
  | 'thought_signature'

export interface ChatWriteWishes extends WriteWishes {
  readonly extensions?: readonly ChatExtension[]
}

/** A request while it is written. */
export interface Writing {
  readonly wishes: ChatWriteWishes
  readonly dropped: Dropped[]
}

export type Wire = Record<string, unknown>

export function takes({ wishes }: Writing, extension: ChatExtension): boolean {
  return wishes.extensions?.includes(extension) === true
}
