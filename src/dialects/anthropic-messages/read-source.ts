// Where a client's image or document comes from. Inline bytes are checked for their alphabet and length, never decoded.
import type { JsonObject } from '../json-object.ts'
import { InvalidValue } from '../../core/errors.ts'
import type { MediaSource } from '../../core/model-request.ts'
import { nameAt, objectAt, stringAt } from './read-members.ts'

type SourceStep = (source: JsonObject, path: string) => MediaSource

const imageSteps: readonly [string, SourceStep][] = [
  ['base64', base64Source],
  ['url', urlSource],
  ['file', (source, path) => ({ kind: 'file-id', id: nameAt(source['file_id'], `${path}.file_id`) })],
]
const steps: Readonly<Record<'image' | 'file', ReadonlyMap<string, SourceStep>>> = {
  image: new Map(imageSteps),
  file: new Map([...imageSteps, ['text', textSource]]),
}

/** The source of a media block. `path` is the path of the source. */
export function readSource(value: unknown, path: string, kind: 'image' | 'file'): MediaSource {
  const source = objectAt(value, path)
  const step = steps[kind].get(stringAt(source['type'], `${path}.type`))
  if (step !== undefined) return step(source, path)
  throw new InvalidValue(`${path}.type`, `it is none of ${[...steps[kind].keys()].join(', ')}`)
}

function base64Source(source: JsonObject, path: string): MediaSource {
  const mediaType = nameAt(source['media_type'], `${path}.media_type`)
  return { kind: 'inline', mediaType, base64: base64At(source['data'], `${path}.data`) }
}

function urlSource(source: JsonObject, path: string): MediaSource {
  const url = nameAt(source['url'], `${path}.url`)
  return url.startsWith('data:') ? dataUrl(url, `${path}.url`) : { kind: 'url', url }
}

function textSource(source: JsonObject, path: string): MediaSource {
  return { kind: 'text', text: stringAt(source['data'], `${path}.data`) }
}

function dataUrl(url: string, path: string): MediaSource {
  const comma = url.indexOf(',')
  const head = url.slice('data:'.length, Math.max(comma, 0))
  if (!head.endsWith(';base64')) throw new InvalidValue(path, 'a data: URL must hold base64 here')
  const mediaType = head.slice(0, head.indexOf(';'))
  if (mediaType === '') throw new InvalidValue(path, 'the data: URL names no media type')
  return { kind: 'inline', mediaType, base64: base64At(url.slice(comma + 1), path) }
}

function base64At(value: unknown, path: string): string {
  const text = nameAt(value, path)
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw new InvalidValue(path, 'it is not base64')
  }
  return text
}
