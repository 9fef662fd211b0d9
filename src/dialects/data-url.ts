// Media inside JSON: `data:` URLs and bare base64. They are checked for their form and never decoded, since they may be
// twenty megabytes of film.
import { InvalidValue } from '../core/errors.ts'
import type { MediaSource } from '../core/model-request.ts'

const base64Form = /^[A-Za-z0-9+/]*={0,2}$/

/** Throws InvalidValue when the text is not padded base64 of at least one byte. */
export function checkBase64(text: string, path: string): string {
  if (text === '' || text.length % 4 !== 0 || !base64Form.test(text)) {
    throw new InvalidValue(path, 'is not valid base64')
  }
  return text
}

/** A `data:` or web URL as a source. Throws InvalidValue for any other. */
export function readUrl(url: string, path: string): MediaSource {
  if (hasScheme(url, 'data:')) return readDataUrl(url, path)
  if (hasScheme(url, 'https://') || hasScheme(url, 'http://')) return { kind: 'url', url }
  throw new InvalidValue(path, 'must be a data: URL or a URL that begins with https:// or http://')
}

export function isDataUrl(text: string): boolean {
  return hasScheme(text, 'data:')
}

export function isWebUrl(text: string): boolean {
  return hasScheme(text, 'https://') || hasScheme(text, 'http://')
}

export function dataUrl(mediaType: string, base64: string): string {
  return `data:${mediaType};base64,${base64}`
}

const mediaTypesOfNames: ReadonlyMap<string, string> = new Map([
  ['pdf', 'application/pdf'],
  ['txt', 'text/plain'],
  ['md', 'text/markdown'],
  ['csv', 'text/csv'],
  ['html', 'text/html'],
  ['json', 'application/json'],
  ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['pptx', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
])

/** Bare base64 says nothing of its type: the name does, and without one it is what most files are here. */
export function mediaTypeOfName(name: string | undefined): string {
  const ending = name?.slice(name.lastIndexOf('.') + 1).toLowerCase() ?? ''
  return mediaTypesOfNames.get(ending) ?? 'application/pdf'
}

function readDataUrl(url: string, path: string): MediaSource {
  const comma = url.indexOf(',')
  const head = comma === -1 ? '' : url.slice('data:'.length, comma)
  const [mediaType = '', ...parameters] = head.split(';')
  if (parameters.at(-1)?.toLowerCase() !== 'base64' || !mediaType.includes('/')) {
    throw new InvalidValue(path, 'a data: URL must have the form data:<media type>;base64,<base64>')
  }
  return {
    kind: 'inline',
    mediaType: mediaType.toLowerCase(),
    base64: checkBase64(url.slice(comma + 1), path),
  }
}

function hasScheme(text: string, scheme: string): boolean {
  return text.slice(0, scheme.length).toLowerCase() === scheme
}
