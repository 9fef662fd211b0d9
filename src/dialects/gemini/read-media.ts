// Pictures, sounds, films and documents of a client: inside the request, at an address, or among the files
// that lie with Google.
import { given } from '../json-object.ts'
import { InvalidValue, MissingParameter } from '../../core/errors.ts'
import type { MediaPart, MediaSource } from '../../core/model-request.ts'
import { standardBase64 } from './standard-base64.ts'
import type { Members } from './read-members.ts'

/** `inlineData`: base64 and its media type. `path` is that of the part which holds it. */
export function readInlineData(blob: Members, path: string): MediaPart {
  const mediaType = blob.name('mimeType')
  const base64 = blob.string('data')
  if (base64 === undefined) throw new MissingParameter(blob.pathOf('data'))
  const source = { kind: 'inline', mediaType, base64: standardBase64(base64, blob.pathOf('data')) } as const
  return given<MediaPart>({ kind: kindOf(mediaType), source, ...nameIn(blob), path })
}

/** `fileData`: an address. */
export function readFileData(file: Members, path: string): MediaPart {
  const uri = file.name('fileUri')
  const mediaType = file.string('mimeType')
  const source = uri.startsWith('data:') ? inlineOf(uri, file.pathOf('fileUri')) : sourceOf(uri, mediaType)
  const type = source.kind === 'inline' ? source.mediaType : mediaType
  return given<MediaPart>({ kind: kindOf(type), source, ...nameIn(file), path })
}

function nameIn(owner: Members): Pick<MediaPart, 'name' | 'namePath'> {
  const name = owner.string('displayName')
  return name === undefined ? {} : { name, namePath: owner.pathOf('displayName') }
}

function sourceOf(url: string, mediaType: string | undefined): MediaSource {
  if (isGoogleFile(url)) return { kind: 'file-id', id: url }
  return mediaType === undefined ? { kind: 'url', url } : { kind: 'url', url, mediaType }
}

/** Does a file lie with Google, so that nobody else can fetch it? */
export function isGoogleFile(id: string): boolean {
  return /^(https:\/\/generativelanguage\.googleapis\.com\/|gs:\/\/|files\/)/.test(id)
}

function inlineOf(url: string, path: string): MediaSource & { readonly kind: 'inline' } {
  const comma = url.indexOf(',')
  const [mediaType, ...parameters] = url.slice('data:'.length, Math.max(comma, 0)).split(';')
  if (comma === -1 || mediaType === undefined || mediaType === '' || parameters.at(-1) !== 'base64') {
    throw new InvalidValue(path, 'a data: URL needs a media type and base64 ("data:image/png;base64,…")')
  }
  return { kind: 'inline', mediaType, base64: standardBase64(url.slice(comma + 1), path) }
}

function kindOf(mediaType: string | undefined): MediaPart['kind'] {
  const family = mediaType?.split('/', 1)[0]?.toLowerCase()
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'file'
}
