// Parts as the content of a message or of a tool's output. What this dialect has no part for is told by its path.
import { given } from '../json-object.ts'
import type { MediaPart, Part, TextPart } from '../../core/model-request.ts'
import { dataUrl } from '../data-url.ts'

export type WireObject = Record<string, unknown>

/** One text or media part of a client, or undefined when it has no form here. */
export function inputPart(part: TextPart | MediaPart): WireObject | undefined {
  switch (part.kind) {
    case 'text':
      return { type: 'input_text', text: part.text }
    case 'image':
      return imagePart(part)
    case 'file':
      return filePart(part)
    case 'audio':
      return audioPart(part)
    case 'video':
      return undefined
  }
}

/** Text and media: what messages and outputs are made of. */
export function isContent(part: Part): part is TextPart | MediaPart {
  return ['text', 'image', 'file', 'audio', 'video'].includes(part.kind)
}

function imagePart({ source, detail = 'auto' }: MediaPart): WireObject | undefined {
  switch (source.kind) {
    case 'url':
      return { type: 'input_image', image_url: source.url, detail }
    case 'inline':
      return { type: 'input_image', image_url: dataUrl(source.mediaType, source.base64), detail }
    case 'file-id':
      return { type: 'input_image', file_id: source.id, detail }
    case 'text':
      return undefined
  }
}

function filePart({ source, name, detail }: MediaPart): WireObject {
  const frame = given<WireObject>({ type: 'input_file', detail })
  switch (source.kind) {
    case 'url':
      return { ...frame, file_url: source.url }
    case 'file-id':
      return { ...frame, file_id: source.id }
    case 'inline':
      // Bytes without a file name are refused.
      return {
        ...frame,
        filename: name ?? nameFor(source.mediaType),
        file_data: dataUrl(source.mediaType, source.base64),
      }
    case 'text':
      return {
        ...frame,
        filename: name ?? 'document.txt',
        file_data: dataUrl('text/plain', Buffer.from(source.text).toString('base64')),
      }
  }
}

const endings = new Map([
  ['application/pdf', 'pdf'],
  ['text/plain', 'txt'],
  ['text/markdown', 'md'],
  ['text/csv', 'csv'],
  ['text/html', 'html'],
  ['application/json', 'json'],
])

function nameFor(mediaType: string): string {
  const ending = endings.get(mediaType)
  return ending === undefined ? 'document' : `document.${ending}`
}

const audioFormats = new Map([
  ['audio/wav', 'wav'],
  ['audio/x-wav', 'wav'],
  ['audio/wave', 'wav'],
  ['audio/mpeg', 'mp3'],
  ['audio/mp3', 'mp3'],
])

function audioPart({ source }: MediaPart): WireObject | undefined {
  if (source.kind !== 'inline') return undefined
  const format = audioFormats.get(source.mediaType)
  if (format === undefined) return undefined
  return { type: 'input_audio', input_audio: { data: source.base64, format } }
}
