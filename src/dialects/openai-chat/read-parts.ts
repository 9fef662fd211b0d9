// The content of a message: a string, or a list of parts. One small function per type of part.
// Source: https://platform.openai.com/docs/api-reference/chat/create (messages), 2026-11.
import { InvalidType, InvalidValue } from '../../core/errors.ts'
import type { CacheMark, MediaPart, MediaSource, RefusalPart, TextPart } from '../../core/model-request.ts'
import { demandedObject, demandedText, objectAt, pathOf, placeOf, textAt } from '../client-json.ts'
import type { Place, Unplaced } from '../client-json.ts'
import { checkBase64, isDataUrl, isWebUrl, mediaTypeOfName, readUrl } from '../data-url.ts'

type ContentPart = TextPart | MediaPart | RefusalPart

/** Which types of parts a message of a role may hold. */
export interface ContentRules {
  readonly media: boolean
  readonly refusal: boolean
}

type PartStep = (part: Place, unplaced: Unplaced) => ContentPart

const mediaSteps: ReadonlyMap<string, PartStep> = new Map([
  ['image_url', readImage],
  ['input_audio', readAudio],
  ['file', readFile],
  // Not OpenAI's, but spoken by Qwen, Moonshot and vLLM.
  ['video_url', readVideo],
])

/** Reads a message's `content`; absence is an empty list. */
export function readContent(message: Place, rules: ContentRules, unplaced: Unplaced): ContentPart[] {
  const content = message.json['content'] ?? undefined
  if (content === undefined) return []
  if (typeof content === 'string') return [{ kind: 'text', text: content }]
  const path = pathOf(message.path, 'content')
  if (!Array.isArray(content)) throw new InvalidType(path, 'a string or an array of parts')
  return content.map((value, index) => readPart(placeOf(value, `${path}[${index}]`), rules, unplaced))
}

function readPart(part: Place, rules: ContentRules, unplaced: Unplaced): ContentPart {
  const type = demandedText(part, 'type')
  if (type === 'text') return readText(part, unplaced)
  if (type === 'refusal' && rules.refusal) return readRefusal(part, unplaced)
  const step = rules.media ? mediaSteps.get(type) : undefined
  if (step !== undefined) return step(part, unplaced)
  const allowed = ['text', ...(rules.refusal ? ['refusal'] : []), ...(rules.media ? mediaSteps.keys() : [])]
  throw new InvalidValue(pathOf(part.path, 'type'), `a part here must be one of ${allowed.join(', ')}`)
}

/** Members that any part may have. */
const markNames = ['type', 'cache_control', 'prompt_cache_breakpoint']
const textNames = new Set(['text', ...markNames])
const refusalNames = new Set(['refusal', 'type'])
const imageNames = new Set(['image_url', ...markNames])
const imageUrlNames = new Set(['url', 'detail'])
const audioNames = new Set(['input_audio', ...markNames])
const audioInnerNames = new Set(['data', 'format'])
const fileNames = new Set(['file', ...markNames])
const fileInnerNames = new Set(['file_data', 'file_id', 'filename'])
const videoNames = new Set(['video_url', ...markNames])
const videoUrlNames = new Set(['url'])

function readText(part: Place, unplaced: Unplaced): TextPart {
  unplaced.others(part, textNames)
  return { kind: 'text', text: demandedText(part, 'text'), ...cacheOf(part, unplaced) }
}

function readRefusal(part: Place, unplaced: Unplaced): RefusalPart {
  unplaced.others(part, refusalNames)
  return { kind: 'refusal', text: demandedText(part, 'refusal') }
}

function readImage(part: Place, unplaced: Unplaced): MediaPart {
  unplaced.others(part, imageNames)
  const image = demandedObject(part, 'image_url')
  unplaced.others(image, imageUrlNames)
  const detail = textAt(image, 'detail')
  return {
    kind: 'image',
    source: readUrl(demandedText(image, 'url'), pathOf(image.path, 'url')),
    ...(detail !== undefined && { detail, detailPath: pathOf(image.path, 'detail') }),
    ...cacheOf(part, unplaced),
    path: part.path,
  }
}

function readAudio(part: Place, unplaced: Unplaced): MediaPart {
  unplaced.others(part, audioNames)
  const audio = demandedObject(part, 'input_audio')
  unplaced.others(audio, audioInnerNames)
  const base64 = checkBase64(demandedText(audio, 'data'), pathOf(audio.path, 'data'))
  const format = demandedText(audio, 'format').toLowerCase()
  if (!audioFormat.test(format)) {
    throw new InvalidValue(pathOf(audio.path, 'format'), 'must name an audio format, such as wav or mp3')
  }
  return {
    kind: 'audio',
    source: { kind: 'inline', mediaType: format === 'mp3' ? 'audio/mpeg' : `audio/${format}`, base64 },
    ...cacheOf(part, unplaced),
    path: part.path,
  }
}

const audioFormat = /^[a-z0-9][a-z0-9.+-]{0,31}$/

function readFile(part: Place, unplaced: Unplaced): MediaPart {
  unplaced.others(part, fileNames)
  const file = demandedObject(part, 'file')
  unplaced.others(file, fileInnerNames)
  const name = textAt(file, 'filename')
  return {
    kind: 'file',
    source: fileSource(file, name),
    ...(name !== undefined && { name, namePath: pathOf(file.path, 'filename') }),
    ...cacheOf(part, unplaced),
    path: part.path,
  }
}

function fileSource(file: Place, name: string | undefined): MediaSource {
  const id = textAt(file, 'file_id')
  if (id !== undefined) return { kind: 'file-id', id }
  const bytes = demandedText(file, 'file_data')
  const path = pathOf(file.path, 'file_data')
  if (isDataUrl(bytes) || isWebUrl(bytes)) return readUrl(bytes, path)
  // Bare base64: the name alone can tell what it is. OpenAI takes PDF files above all.
  return { kind: 'inline', mediaType: mediaTypeOfName(name), base64: checkBase64(bytes, path) }
}

function readVideo(part: Place, unplaced: Unplaced): MediaPart {
  unplaced.others(part, videoNames)
  const video = demandedObject(part, 'video_url')
  unplaced.others(video, videoUrlNames)
  return {
    kind: 'video',
    source: readUrl(demandedText(video, 'url'), pathOf(video.path, 'url')),
    ...cacheOf(part, unplaced),
    path: part.path,
  }
}

const cacheControlNames = new Set(['type', 'ttl'])
const breakpointNames = new Set(['mode', 'ttl'])

/** A mark for the prompt cache, in Anthropic's spelling (OpenRouter and others take it) or in OpenAI's of 2026. */
export function cacheOf(place: Place, unplaced: Unplaced): { readonly cache?: CacheMark } {
  const mark = objectAt(place, 'cache_control') ?? objectAt(place, 'prompt_cache_breakpoint')
  if (mark === undefined) return {}
  unplaced.others(mark, mark.path.endsWith('.cache_control') ? cacheControlNames : breakpointNames)
  const ttl = textAt(mark, 'ttl')
  return { cache: { ...(ttl !== undefined && { ttl }), path: mark.path } }
}
