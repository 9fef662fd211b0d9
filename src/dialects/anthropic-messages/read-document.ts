// Documents and search results of a client. A document of blocks becomes one text document, or, when it holds images,
// its blocks one after the other: others know no document that is made of blocks.
import { given } from '../json-object.ts'
import { InvalidValue } from '../../core/errors.ts'
import type { MediaPart, Part } from '../../core/model-request.ts'
import { readCacheMark } from './read-cache-mark.ts'
import { arrayAt, noteUnplaced, objectAt, optionalObject, optionalString, stringAt } from './read-members.ts'
import { readSource } from './read-source.ts'
import type { Placed, Reading } from './reading.ts'

const documentMembers: ReadonlySet<string> = new Set([
  'type',
  'source',
  'cache_control',
  'title',
  'citations',
])

export function readDocument({ block, path }: Placed, reading: Reading): readonly Part[] {
  noteUnplaced(block, documentMembers, { path, unplaced: reading.unplaced })
  const citations = optionalObject(block['citations'], `${path}.citations`)
  if (citations?.['enabled'] === true) reading.unplaced.push(`${path}.citations`)
  const sourcePath = `${path}.source`
  const source = objectAt(block['source'], sourcePath)
  if (source['type'] !== 'content') {
    return [documentPart({ block, path }, readSource(source, sourcePath, 'file'))]
  }
  return contentDocument({ block, path }, source['content'], reading)
}

const searchMembers: ReadonlySet<string> = new Set(['type', 'content', 'title', 'cache_control', 'citations'])

/** A search result is carried as a text document; where it was found has no place. */
export function readSearchResult({ block, path }: Placed, reading: Reading): readonly Part[] {
  noteUnplaced(block, searchMembers, { path, unplaced: reading.unplaced })
  const citations = optionalObject(block['citations'], `${path}.citations`)
  if (citations?.['enabled'] === true) reading.unplaced.push(`${path}.citations`)
  const parts = blocksOf(block['content'], `${path}.content`, reading)
  return [documentPart({ block, path }, { kind: 'text', text: joined(parts) })]
}

function documentPart({ block, path }: Placed, source: MediaPart['source']): MediaPart {
  const name = optionalString(block['title'], `${path}.title`)
  return given<MediaPart>({
    kind: 'file',
    source,
    name,
    namePath: name === undefined ? undefined : `${path}.title`,
    cache: readCacheMark(block, path),
    path,
  })
}

function contentDocument(placed: Placed, content: unknown, reading: Reading): readonly Part[] {
  const path = `${placed.path}.source.content`
  if (typeof content === 'string') return [documentPart(placed, { kind: 'text', text: content })]
  const parts = blocksOf(content, path, reading)
  if (parts.every((part) => part.kind === 'text')) {
    return [documentPart(placed, { kind: 'text', text: joined(parts) })]
  }
  for (const member of ['title', 'cache_control']) {
    if (placed.block[member] !== undefined && placed.block[member] !== null) {
      reading.unplaced.push(`${placed.path}.${member}`)
    }
  }
  return parts
}

function blocksOf(content: unknown, path: string, reading: Reading): readonly Part[] {
  return arrayAt(content, path).map((value, index) => {
    const at = `${path}[${index}]`
    return blockOf({ block: objectAt(value, at), path: at }, reading)
  })
}

const innerMembers: ReadonlySet<string> = new Set(['type', 'text', 'source'])

function blockOf({ block, path }: Placed, reading: Reading): Part {
  noteUnplaced(block, innerMembers, { path, unplaced: reading.unplaced })
  const type = stringAt(block['type'], `${path}.type`)
  if (type === 'text') return { kind: 'text', text: stringAt(block['text'], `${path}.text`) }
  if (type === 'image')
    return { kind: 'image', source: readSource(block['source'], `${path}.source`, 'image'), path }
  throw new InvalidValue(`${path}.type`, 'a document holds text and image')
}

function joined(parts: readonly Part[]): string {
  return parts.map((part) => (part.kind === 'text' ? part.text : '')).join('\n\n')
}
