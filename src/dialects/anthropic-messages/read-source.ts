// Where a client's image or document comes from.
import type { JsonObject } from '../json-object.ts'
import { InvalidValue } from '../../core/errors.ts'
import type { MediaSource } from '../../core/model-request.ts'
import { checkBase64, readUrl } from '../data-url.ts'
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
  return {
    kind: 'inline',
    mediaType,
    base64: checkBase64(nameAt(source['data'], `${path}.data`), `${path}.data`),
  }
}

function urlSource(source: JsonObject, path: string): MediaSource {
  return readUrl(nameAt(source['url'], `${path}.url`), `${path}.url`)
}

function textSource(source: JsonObject, path: string): MediaSource {
  return { kind: 'text', text: stringAt(source['data'], `${path}.data`) }
}
