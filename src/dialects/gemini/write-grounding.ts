// What an answer rests on, as `groundingMetadata`: each source once, and which passages it supports.
import { given } from '../json-object.ts'
import type { Citation } from '../../core/answer-event.ts'
import { bytesOf } from './utf8-offsets.ts'
import type { WireObject } from './writing.ts'

/** `text` is the whole answer, for the places are counted in its bytes. Undefined when nothing was cited. */
export function writeGrounding(citations: readonly Citation[], text: string): WireObject | undefined {
  if (citations.length === 0) return undefined
  const chunks: WireObject[] = []
  const places = new Map<string, number>()
  const supports = new Map<string, { readonly segment: WireObject; readonly indices: number[] }>()
  for (const citation of citations) {
    const source = `${citation.url} ${citation.title}`
    if (!places.has(source)) places.set(source, chunks.push(chunkOf(citation)) - 1)
    const segment = segmentOf(citation, text)
    if (segment === undefined) continue
    const place = JSON.stringify(segment)
    const support = supports.get(place) ?? { segment, indices: [] }
    supports.set(place, support)
    support.indices.push(places.get(source) ?? 0)
  }
  return given<WireObject>({
    groundingChunks: chunks,
    groundingSupports:
      supports.size === 0
        ? undefined
        : [...supports.values()].map(({ segment, indices }) => ({ segment, groundingChunkIndices: indices })),
  })
}

function chunkOf({ url, title }: Citation): WireObject {
  const source = given<WireObject>({ uri: url, title })
  // A source without an address is a document that the client itself gave.
  return url === undefined ? { retrievedContext: source } : { web: source }
}

function segmentOf({ start, end, text: passage }: Citation, text: string): WireObject | undefined {
  if (start === undefined || end === undefined) return undefined
  return given<WireObject>({
    startIndex: bytesOf(text, start),
    endIndex: bytesOf(text, end),
    text: passage ?? text.slice(start, end),
  })
}
