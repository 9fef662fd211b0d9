// Images and documents for this API. It sees pictures, PDF and plain text; sound and film it cannot be given.
import type { MediaPart } from '../../core/model-request.ts'
import type { Wire } from './writing.ts'

/** The block of a media part; undefined when this API cannot be given it. */
export function writeMedia(part: MediaPart): Wire | undefined {
  if (part.kind === 'audio' || part.kind === 'video') return undefined
  const { source } = part
  const mediaType = 'mediaType' in source ? source.mediaType : undefined
  const isImage = mediaType === undefined ? part.kind === 'image' : mediaType.startsWith('image/')
  if (isImage) return source.kind === 'text' ? undefined : { type: 'image', source: writeSource(source) }
  const written = documentSource(source)
  if (written === undefined) return undefined
  return { type: 'document', source: written, ...(part.name === undefined ? {} : { title: part.name }) }
}

function writeSource(source: Exclude<MediaPart['source'], { kind: 'text' }>): Wire {
  if (source.kind === 'url') return { type: 'url', url: source.url }
  if (source.kind === 'file-id') return { type: 'file', file_id: source.id }
  return { type: 'base64', media_type: source.mediaType, data: source.base64 }
}

function documentSource(source: MediaPart['source']): Wire | undefined {
  if (source.kind === 'text') return { type: 'text', media_type: 'text/plain', data: source.text }
  if (source.kind !== 'inline' || source.mediaType === 'application/pdf') return writeSource(source)
  if (!isText(source.mediaType)) return undefined
  return {
    type: 'text',
    media_type: 'text/plain',
    data: Buffer.from(source.base64, 'base64').toString('utf8'),
  }
}

function isText(mediaType: string): boolean {
  return mediaType.startsWith('text/') || mediaType === 'application/json' || mediaType === 'application/xml'
}
