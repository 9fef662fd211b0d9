// Text and media as parts of a chat message.
import type { CacheMark, MediaPart, TextPart } from '../../core/model-request.ts'
import { dataUrl } from '../data-url.ts'
import { pathOfMark, pathOfPart } from '../part-path.ts'
import { takes } from './writing.ts'
import type { Wire, Writing } from './writing.ts'

/** A part as the dialect writes it. Undefined, with its path among the dropped, for what it cannot carry. */
export function writeContentPart(
  part: TextPart | MediaPart,
  path: string,
  writing: Writing,
): Wire | undefined {
  const written = part.kind === 'text' ? { type: 'text', text: part.text } : writeMedia(part, writing)
  if (written === undefined) {
    writing.dropped.push({ path: pathOfPart(part, path) })
    return undefined
  }
  if (part.kind !== 'text') noteMembers(part, path, writing)
  return { ...written, ...cacheMark(part.cache, path, writing) }
}

/** Only pictures are looked at in detail here, and only files that come along have a name. */
function noteMembers(part: MediaPart, path: string, { dropped }: Writing): void {
  const { kind, source, detail, name } = part
  const isNamed =
    name === undefined || source.kind === 'text' || (kind === 'file' && source.kind !== 'file-id')
  if (!isNamed) dropped.push({ path: part.namePath ?? `${path}.name` })
  const isSeen = detail === undefined || detail === 'auto' || kind === 'image'
  if (!isSeen) dropped.push({ path: part.detailPath ?? `${path}.detail` })
}

/** A mark for the prompt cache, as the deployment spells it. */
export function cacheMark(mark: CacheMark | undefined, path: string, writing: Writing): Wire {
  if (mark === undefined) return {}
  if (takes(writing, 'cache_control')) {
    return { cache_control: { type: 'ephemeral', ...(mark.ttl !== undefined && { ttl: mark.ttl }) } }
  }
  if (takes(writing, 'prompt_cache_breakpoint')) {
    const isKnown = mark.ttl === '30m' || mark.ttl === '12h'
    if (!isKnown && mark.ttl !== undefined) writing.dropped.push({ path: `${pathOfMark(mark, path)}.ttl` })
    return { prompt_cache_breakpoint: { mode: 'explicit', ...(isKnown && { ttl: mark.ttl }) } }
  }
  writing.dropped.push({ path: pathOfMark(mark, path) })
  return {}
}

function writeMedia(part: MediaPart, writing: Writing): Wire | undefined {
  if (part.source.kind === 'text') return asText(part, part.source.text)
  switch (part.kind) {
    case 'image':
      return writeImage(part)
    case 'file':
      return writeFile(part, writing)
    case 'audio':
      return writeAudio(part)
    case 'video':
      return writeVideo(part, writing)
  }
}

/** Only PDF files have a place of their own; plain text is best said plainly. */
function asText({ name }: MediaPart, text: string): Wire {
  return { type: 'text', text: name === undefined ? text : `${name}\n\n${text}` }
}

function writeImage({ source, detail }: MediaPart): Wire | undefined {
  const url = urlOf(source)
  if (url === undefined) return undefined
  return { type: 'image_url', image_url: { url, ...(detail !== undefined && { detail }) } }
}

function writeFile({ source, name }: MediaPart, writing: Writing): Wire | undefined {
  const filename = name === undefined ? {} : { filename: name }
  if (source.kind === 'file-id') return { type: 'file', file: { file_id: source.id } }
  if (source.kind === 'url' && !takes(writing, 'file_url')) return undefined
  if (source.kind !== 'inline') return { type: 'file', file: { file_data: urlOf(source), ...filename } }
  // OpenAI refuses a file without a name.
  const named = { filename: name ?? `file.${source.mediaType.slice(source.mediaType.lastIndexOf('/') + 1)}` }
  return { type: 'file', file: { file_data: dataUrl(source.mediaType, source.base64), ...named } }
}

const formatsOfAudio: ReadonlyMap<string, string> = new Map([
  ['audio/mpeg', 'mp3'],
  ['audio/mp3', 'mp3'],
  ['audio/wav', 'wav'],
  ['audio/wave', 'wav'],
  ['audio/x-wav', 'wav'],
  ['audio/vnd.wave', 'wav'],
])

function writeAudio({ source }: MediaPart): Wire | undefined {
  if (source.kind !== 'inline') return undefined
  const format = formatsOfAudio.get(source.mediaType) ?? source.mediaType.replace(/^audio\/(x-)?/, '')
  return { type: 'input_audio', input_audio: { data: source.base64, format } }
}

function writeVideo({ source }: MediaPart, writing: Writing): Wire | undefined {
  const url = urlOf(source)
  if (url === undefined || !takes(writing, 'video_url')) return undefined
  return { type: 'video_url', video_url: { url } }
}

function urlOf(source: MediaPart['source']): string | undefined {
  if (source.kind === 'url') return source.url
  return source.kind === 'inline' ? dataUrl(source.mediaType, source.base64) : undefined
}
