// Where a part stood in the client's request, for the list of what was dropped.
import type { CacheMark, Part } from '../core/model-request.ts'

/** The path of a part; `otherwise` where its reader noted none. */
export function pathOfPart(part: Part, otherwise: string): string {
  return ('path' in part ? part.path : undefined) ?? otherwise
}

/** The path of a mark on a part that stood at `owner`. */
export function pathOfMark(mark: CacheMark, owner: string): string {
  return mark.path ?? `${owner}.cache_control`
}
