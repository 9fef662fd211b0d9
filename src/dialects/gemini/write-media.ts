// Pictures, sounds, films and documents for Google: inside the request, or at an address that Google fetches.
import type { MediaPart } from '../../core/model-request.ts'
import { pathOfMark, pathOfPart } from '../part-path.ts'
import { isGoogleFile } from './read-media.ts'
import { drop } from './writing.ts'
import type { WireObject, Writing } from './writing.ts'

/** Media types by the ending of an address: Google wants one for what it fetches. */
const typeOfEnding: ReadonlyMap<string, string> = new Map([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['heic', 'image/heic'],
  ['pdf', 'application/pdf'],
  ['txt', 'text/plain'],
  ['md', 'text/markdown'],
  ['csv', 'text/csv'],
  ['html', 'text/html'],
  ['mp3', 'audio/mpeg'],
  ['wav', 'audio/wav'],
  ['ogg', 'audio/ogg'],
  ['mp4', 'video/mp4'],
  ['mov', 'video/mov'],
  ['webm', 'video/webm'],
])

/** The part on the wire; undefined when Google cannot have it. */
export function writeMedia(part: MediaPart, path: string, writing: Writing): WireObject | undefined {
  const { source } = part
  if (part.detail !== undefined && part.detail !== 'auto') drop(writing, part.detailPath ?? `${path}.detail`)
  if (part.name !== undefined) drop(writing, part.namePath ?? `${path}.name`)
  if (part.cache !== undefined) drop(writing, pathOfMark(part.cache, path))
  switch (source.kind) {
    case 'inline':
      return { inlineData: { mimeType: source.mediaType, data: source.base64 } }
    case 'text':
      return { text: source.text }
    case 'url': {
      const mimeType = source.mediaType ?? typeOf(source.url)
      return { fileData: { ...(mimeType === undefined ? {} : { mimeType }), fileUri: source.url } }
    }
    case 'file-id':
      if (isGoogleFile(source.id)) return { fileData: { fileUri: source.id } }
      drop(writing, pathOfPart(part, path))
      return undefined
  }
}

function typeOf(url: string): string | undefined {
  const [address = ''] = url.split(/[?#]/, 1)
  return typeOfEnding.get(address.slice(address.lastIndexOf('.') + 1).toLowerCase())
}
