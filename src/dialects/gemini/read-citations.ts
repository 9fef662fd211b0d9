// What an answer rests on: the search results of `groundingMetadata`, and the passages that
// `citationMetadata` says were taken from elsewhere.
import { given, isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import type { Citation } from '../../core/answer-event.ts'
import { charactersOf } from './utf8-offsets.ts'

/** The citations of a candidate. `text` is what the answer says so far. */
export function readCitations(candidate: JsonObject, text: string): readonly Citation[] {
  const grounding = candidate['groundingMetadata']
  const quoted = candidate['citationMetadata']
  return [
    ...(isObject(grounding) ? groundingCitations(grounding, text) : []),
    ...(isObject(quoted) ? quotations(quoted, text) : []),
  ]
}

/** One citation for each source of each supported passage; sources that support no passage stand alone. */
function groundingCitations(grounding: JsonObject, text: string): readonly Citation[] {
  const chunks = objectsOf(grounding['groundingChunks'])
  const supports = objectsOf(grounding['groundingSupports'])
  if (supports.length === 0) return chunks.map((chunk) => ({ ...sourceOf(chunk), native: { chunk } }))
  return supports.flatMap((support) => {
    const indices = support['groundingChunkIndices']
    if (!Array.isArray(indices)) return []
    return indices.flatMap((index: unknown): readonly Citation[] => {
      const chunk = typeof index === 'number' ? chunks[index] : undefined
      if (chunk === undefined) return []
      return [{ ...sourceOf(chunk), ...passageOf(support['segment'], text), native: { chunk, support } }]
    })
  })
}

type Source = Pick<Citation, 'url' | 'title'>

function sourceOf(chunk: JsonObject): Source {
  const source = chunk['web'] ?? chunk['retrievedContext'] ?? chunk['maps'] ?? chunk['image']
  if (!isObject(source)) return {}
  return given<Source>({
    url: textOf(source['uri']) ?? textOf(source['sourceUri']),
    title: textOf(source['title']) ?? textOf(source['domain']),
  })
}

type Passage = Pick<Citation, 'text' | 'start' | 'end'>

function passageOf(segment: unknown, text: string): Passage {
  if (!isObject(segment)) return {}
  const passage = textOf(segment['text'])
  // Offsets count within one part; only those of the first part are offsets in the answer's text.
  const elsewhere = typeof segment['partIndex'] === 'number' && segment['partIndex'] > 0
  const range = elsewhere ? {} : rangeOf(segment, text)
  return given<Passage>({ text: passage, ...range })
}

type Range = Pick<Citation, 'start' | 'end'>

function rangeOf({ startIndex = 0, endIndex }: JsonObject, text: string): Range {
  if (typeof startIndex !== 'number' || typeof endIndex !== 'number') return {}
  return { start: charactersOf(text, startIndex), end: charactersOf(text, endIndex) }
}

function quotations(quoted: JsonObject, text: string): readonly Citation[] {
  const sources = objectsOf(quoted['citationSources'] ?? quoted['citations'])
  return sources.map((source) => {
    const range = rangeOf(source, text)
    return given<Citation>({
      url: textOf(source['uri']),
      title: textOf(source['title']),
      text: range.end === undefined ? undefined : text.slice(range.start, range.end),
      ...range,
      native: { source },
    })
  })
}

function objectsOf(list: unknown): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : []
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
