// Annotations of a text as citations. Their places count from the start of their part, ours from that of the answer.
import { given, isObject } from '../json-object.ts'
import type { Citation } from '../../core/answer-event.ts'

/** Reads an annotation. `textBefore`: characters of the answer before the part that it belongs to. */
export function readCitation(annotation: unknown, textBefore: number): Citation | undefined {
  if (!isObject(annotation)) return undefined
  return given<Citation>({
    url: textOrNone(annotation['url']),
    title: textOrNone(annotation['title']) ?? textOrNone(annotation['filename']),
    start: placeOf(annotation['start_index'], textBefore),
    end: placeOf(annotation['end_index'], textBefore),
    native: annotation,
  })
}

/** The annotation of a citation; `textLength` ends one that does not say where it ends. */
export function writeCitation(
  { url, title, start, end, native }: Citation,
  textBefore: number,
  textLength: number,
): Record<string, unknown> {
  const startIndex = Math.max(0, (start ?? textBefore) - textBefore)
  const endIndex = end === undefined ? textLength : Math.max(startIndex, end - textBefore)
  if (url !== undefined) {
    return { type: 'url_citation', url, title: title ?? '', start_index: startIndex, end_index: endIndex }
  }
  if (isObject(native) && ownTypes.has(String(native['type']))) return { ...native }
  // A document of the request: it has no URL, and no id but its title.
  return { type: 'file_citation', file_id: '', filename: title ?? '', index: endIndex }
}

const ownTypes: ReadonlySet<string> = new Set(['file_citation', 'container_file_citation', 'file_path'])

function textOrNone(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function placeOf(value: unknown, textBefore: number): number | undefined {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) + textBefore : undefined
}
