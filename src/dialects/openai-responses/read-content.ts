// The content of a message or of a tool's output: a string, or a list of parts. One small function per type of part.
// Source: https://platform.openai.com/docs/api-reference/responses/create (input), 2026-11.
import { given } from '../json-object.ts'
import { InvalidType, InvalidValue, MissingParameter } from '../../core/errors.ts'
import type { CacheMark, MediaPart, MediaSource, RefusalPart, TextPart } from '../../core/model-request.ts'
import { demandedObject, demandedText, listAt, objectAt, pathOf, placeOf, textAt } from '../client-json.ts'
import type { Place, Unplaced } from '../client-json.ts'
import { checkBase64, isDataUrl, mediaTypeOfName, readUrl } from '../data-url.ts'

export type ContentPart = TextPart | MediaPart | RefusalPart

type PartStep = (part: Place, unplaced: Unplaced) => ContentPart

const steps = new Map<string, PartStep>([
  ['input_text', readText],
  ['output_text', readOutputText],
  // What some frameworks write by habit from the chat dialect; nothing else can be meant by it.
  ['text', readText],
  ['refusal', readRefusal],
  ['input_image', readImage],
  ['input_file', readFile],
  ['input_audio', readAudio],
])

const resultTypes: ReadonlySet<string> = new Set([
  'input_text',
  'output_text',
  'text',
  'input_image',
  'input_file',
])

/** Reads the content under this name. Throws MissingParameter when it is absent or null. */
export function readContent(owner: Place, name: string, unplaced: Unplaced): readonly ContentPart[] {
  return partsAt(owner, name, (part, type) => {
    const step = steps.get(type)
    if (step === undefined) throw unknownType(part, [...steps.keys()])
    return step(part, unplaced)
  })
}

/** Reads what a tool returned: text, images and files. */
export function readResult(
  owner: Place,
  name: string,
  unplaced: Unplaced,
): readonly (TextPart | MediaPart)[] {
  return partsAt(owner, name, (part, type) => {
    const read = resultTypes.has(type) ? steps.get(type)?.(part, unplaced) : undefined
    if (read === undefined || read.kind === 'refusal') throw unknownType(part, [...resultTypes])
    return read
  })
}

function partsAt<Part extends ContentPart>(
  owner: Place,
  name: string,
  readPart: (part: Place, type: string) => Part,
): readonly (Part | TextPart)[] {
  const path = pathOf(owner.path, name)
  const content = owner.json[name] ?? undefined
  if (content === undefined) throw new MissingParameter(path)
  if (typeof content === 'string') return [{ kind: 'text', text: content }]
  if (!Array.isArray(content)) throw new InvalidType(path, 'a string or an array of parts')
  return content.map((value, index) => {
    const part = placeOf(value, `${path}[${index}]`)
    return readPart(part, demandedText(part, 'type'))
  })
}

function unknownType(part: Place, allowed: readonly string[]): InvalidValue {
  return new InvalidValue(pathOf(part.path, 'type'), `a part here must be one of ${allowed.join(', ')}`)
}

const mark = 'prompt_cache_breakpoint'
const textNames = new Set(['type', 'text', mark])
/** Log probabilities of earlier answers tell a model nothing. */
const outputTextNames = new Set(['type', 'text', 'annotations', 'logprobs', mark])
const refusalNames = new Set(['type', 'refusal'])
const imageNames = new Set(['type', 'image_url', 'file_id', 'detail', mark])
const fileNames = new Set(['type', 'file_data', 'file_id', 'file_url', 'filename', 'detail', mark])
const audioNames = new Set(['type', 'input_audio'])
const audioInnerNames = new Set(['data', 'format'])
const markNames = new Set(['mode', 'ttl'])

function readText(part: Place, unplaced: Unplaced): TextPart {
  unplaced.others(part, textNames)
  return given<TextPart>({ kind: 'text', text: demandedText(part, 'text'), cache: cacheOf(part, unplaced) })
}

function readOutputText(part: Place, unplaced: Unplaced): TextPart {
  unplaced.others(part, outputTextNames)
  if ((listAt(part, 'annotations') ?? []).length > 0) unplaced.add(pathOf(part.path, 'annotations'))
  return given<TextPart>({ kind: 'text', text: demandedText(part, 'text'), cache: cacheOf(part, unplaced) })
}

function readRefusal(part: Place, unplaced: Unplaced): RefusalPart {
  unplaced.others(part, refusalNames)
  return { kind: 'refusal', text: demandedText(part, 'refusal') }
}

function readImage(part: Place, unplaced: Unplaced): MediaPart {
  unplaced.others(part, imageNames)
  const url = textAt(part, 'image_url')
  return given<MediaPart>({
    kind: 'image',
    source: url === undefined ? fileIdOf(part, 'image_url') : readUrl(url, pathOf(part.path, 'image_url')),
    ...detailOf(part),
    cache: cacheOf(part, unplaced),
    path: part.path,
  })
}

/** Throws MissingParameter, in the name of the member that should have been there, when there is no id either. */
function fileIdOf(part: Place, otherName: string): MediaSource {
  const id = textAt(part, 'file_id')
  if (id === undefined) throw new MissingParameter(pathOf(part.path, otherName))
  return { kind: 'file-id', id }
}

function detailOf(part: Place): Pick<MediaPart, 'detail' | 'detailPath'> {
  const detail = textAt(part, 'detail')
  return detail === undefined ? {} : { detail, detailPath: pathOf(part.path, 'detail') }
}

function readFile(part: Place, unplaced: Unplaced): MediaPart {
  unplaced.others(part, fileNames)
  const name = textAt(part, 'filename')
  return given<MediaPart>({
    kind: 'file',
    source: fileSource(part, name),
    name,
    namePath: name === undefined ? undefined : pathOf(part.path, 'filename'),
    ...detailOf(part),
    cache: cacheOf(part, unplaced),
    path: part.path,
  })
}

function fileSource(part: Place, name: string | undefined): MediaSource {
  const url = textAt(part, 'file_url')
  if (url !== undefined) return readUrl(url, pathOf(part.path, 'file_url'))
  const bytes = textAt(part, 'file_data')
  if (bytes === undefined) return fileIdOf(part, 'file_data')
  const path = pathOf(part.path, 'file_data')
  if (isDataUrl(bytes)) return readUrl(bytes, path)
  return { kind: 'inline', mediaType: mediaTypeOfName(name), base64: checkBase64(bytes, path) }
}

const audioForm = /^[a-z0-9][a-z0-9.+-]{0,31}$/

function readAudio(part: Place, unplaced: Unplaced): MediaPart {
  unplaced.others(part, audioNames)
  const audio = demandedObject(part, 'input_audio')
  unplaced.others(audio, audioInnerNames)
  const base64 = checkBase64(demandedText(audio, 'data'), pathOf(audio.path, 'data'))
  const format = demandedText(audio, 'format').toLowerCase()
  if (!audioForm.test(format)) {
    throw new InvalidValue(pathOf(audio.path, 'format'), 'must name an audio format, such as wav or mp3')
  }
  const mediaType = format === 'mp3' ? 'audio/mpeg' : `audio/${format}`
  return { kind: 'audio', source: { kind: 'inline', mediaType, base64 }, path: part.path }
}

function cacheOf(part: Place, unplaced: Unplaced): CacheMark | undefined {
  const place = objectAt(part, mark)
  if (place === undefined) return undefined
  unplaced.others(place, markNames)
  return given<CacheMark>({ ttl: textAt(place, 'ttl'), path: place.path })
}
