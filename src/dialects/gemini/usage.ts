// Token counts. Google's prompt count includes what came from the cache and excludes what its own tools put
// into the prompt; its count of the answer excludes the thoughts.
import { given, isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import type { Usage } from '../../core/usage.ts'
import type { WireObject } from './writing.ts'

/** `usageMetadata` in our words; undefined when it holds no counts. */
export function readUsage(metadata: unknown): Usage | undefined {
  if (!isObject(metadata) || countOf(metadata, 'promptTokenCount') === undefined) return undefined
  const thoughts = countOf(metadata, 'thoughtsTokenCount') ?? 0
  const inputTokens =
    (countOf(metadata, 'promptTokenCount') ?? 0) + (countOf(metadata, 'toolUsePromptTokenCount') ?? 0)
  const outputTokens = (countOf(metadata, 'candidatesTokenCount') ?? 0) + thoughts
  const { promptTokensDetails: input, candidatesTokensDetails: output } = metadata
  return given<Usage>({
    inputTokens,
    cachedInputTokens: partOf(inputTokens, countOf(metadata, 'cachedContentTokenCount')) ?? 0,
    outputTokens,
    reasoningTokens: thoughts,
    audioInputTokens: partOf(inputTokens, tokensOf(input, 'AUDIO')),
    audioOutputTokens: partOf(outputTokens, tokensOf(output, 'AUDIO')),
    imageInputTokens: partOf(inputTokens, tokensOf(input, 'IMAGE')),
    imageOutputTokens: partOf(outputTokens, tokensOf(output, 'IMAGE')),
  })
}

export function writeUsage(usage: Usage): WireObject {
  const { inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = usage
  return given<WireObject>({
    promptTokenCount: inputTokens,
    cachedContentTokenCount: cachedInputTokens > 0 ? cachedInputTokens : undefined,
    candidatesTokenCount: Math.max(outputTokens - reasoningTokens, 0),
    thoughtsTokenCount: reasoningTokens > 0 ? reasoningTokens : undefined,
    totalTokenCount: inputTokens + outputTokens,
    promptTokensDetails: detailsOf(inputTokens, usage.audioInputTokens),
    candidatesTokensDetails: detailsOf(outputTokens - reasoningTokens, usage.audioOutputTokens),
  })
}

function countOf(owner: JsonObject, name: string): number | undefined {
  const count = owner[name]
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined
}

/** A part that is more than the whole says nothing. */
function partOf(whole: number, part: number | undefined): number | undefined {
  return part === undefined || part > whole ? undefined : part
}

function tokensOf(details: unknown, modality: 'AUDIO' | 'IMAGE'): number | undefined {
  if (!Array.isArray(details)) return undefined
  const found = details.find((detail: unknown) => isObject(detail) && detail['modality'] === modality)
  return isObject(found) ? countOf(found, 'tokenCount') : undefined
}

function detailsOf(all: number, audio: number | undefined): readonly WireObject[] | undefined {
  if (audio === undefined || audio === 0) return undefined
  return [
    { modality: 'TEXT', tokenCount: Math.max(all - audio, 0) },
    { modality: 'AUDIO', tokenCount: audio },
  ]
}
