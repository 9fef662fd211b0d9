// What is kept while a request or an answer is written.
import type { DialectName } from '../../core/model-request.ts'
import type { Dropped } from '../dialect.ts'

export interface Writing {
  readonly dropped: Dropped[]
  readonly early: boolean
  /** The names of the calls so far, by id: a result must name its function. */
  readonly callNames: Map<string, string>
}

export type WireObject = Readonly<Record<string, unknown>>

/** A part for the wire. One that stands alone is never joined to the part before it. */
export interface WrittenPart {
  readonly part: WireObject
  readonly alone?: boolean
}

/** Notes a part that this dialect cannot carry. */
export function drop(writing: Writing, path: string): void {
  writing.dropped.push({ path })
}

/** Something that one dialect alone knows: it goes back to that dialect as it was, and is dropped for others. */
export function isOwn({ from }: { readonly from: DialectName }): boolean {
  return from === 'gemini'
}
