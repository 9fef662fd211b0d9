// A provider's side of the matrix: what a request that reached it holds, read without any code of the product's.
import type { DialectName } from '../../src/core/model-request.ts'
import type { Json } from './front.ts'

export const backNames = ['chat', 'responses', 'messages', 'gemini', 'ollama'] as const
export type BackName = (typeof backNames)[number]

export interface Back {
  readonly name: BackName
  readonly dialect: DialectName
  /** Thoughts come under a seal of the provider's and go back under it. */
  readonly seals: boolean
  /** Its thoughts go back in their seal alone, not in words beside it. */
  readonly thoughtsInSeal?: true
  /** A refusal looks like any other answer. */
  readonly refusesInWords?: true
  /** How many of the tokens were thought is not told. */
  readonly hidesThoughtTokens?: true
  look(body: Json): Received
}

export interface Received {
  readonly system: string
  readonly user: string
  /** Base64. */
  readonly images: readonly string[]
  readonly files: readonly string[]
  readonly tools: readonly { readonly name: string; readonly schema: unknown }[]
  readonly calls: readonly ReceivedCall[]
  /** `call`: the id of the call, or its name where results are known by that. */
  readonly results: readonly { readonly call: string; readonly text: string }[]
  readonly stop: unknown
  readonly schema: unknown
  readonly asksReasoning: boolean
  /** Of earlier turns. */
  readonly thoughts: string
  readonly seals: readonly string[]
}

export interface ReceivedCall {
  readonly id: string
  readonly name: string
  readonly arguments: unknown
}

/** A text, or a list of parts of which some are texts. */
export function wordsOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .map((part: unknown) =>
      typeof part === 'object' && part !== null ? Reflect.get(part, 'text') : undefined,
    )
    .filter((text) => typeof text === 'string')
    .join('\n')
}

/** What stands behind the comma of a data URL. */
export function base64In(url: string): string {
  return url.slice(url.indexOf(',') + 1)
}
