// The ports to what keeps texts encrypted where they lie, whatever store they lie in.

/** Where a text belongs. It can be opened there, and nowhere else. */
export interface SealPlace {
  readonly table: 'responses' | 'bodies' | 'secrets'
  /** Which one of the table's, among those of its tenant. */
  readonly row: string
  readonly tenant: string
}

export interface Sealer {
  /** The key under which new texts are sealed; undefined where they are kept as they are. */
  readonly keyId: string | undefined
  /** Only where there is a key. */
  seal(text: string, place: SealPlace): string
  /** Throws CannotOpen. */
  open(sealed: string, place: SealPlace): string
  /** The same text under the key that is in use; undefined where it is already. Throws CannotOpen. */
  rewrap(sealed: string, place: SealPlace): string | undefined
}

/** A sealed text is not what was sealed, or its key is not known. */
export class CannotOpen extends Error {}

const mark = 'sealed:1:'

/** No JSON begins so. */
export function isSealed(text: string): boolean {
  return text.startsWith(mark)
}

/** The parts of a sealed text: the id of its key, its own key under that one, and what was sealed. */
export interface SealedParts {
  readonly keyId: string
  readonly wrapped: string
  readonly content: string
}

export function sealedText({ keyId, wrapped, content }: SealedParts): string {
  return `${mark}${keyId}:${wrapped}:${content}`
}

/** Throws CannotOpen where it is none. */
export function sealedParts(text: string): SealedParts {
  const [keyId = '', wrapped = '', content = ''] = isSealed(text) ? text.slice(mark.length).split(':', 3) : []
  if (content === '') throw new CannotOpen('It is no sealed text.')
  return { keyId, wrapped, content }
}

/** Which keys may still be needed to open something. */
export interface SealKeyRegister {
  ids(): Promise<readonly string[]>
  add(id: string): Promise<void>
  remove(id: string): Promise<void>
}

/** A kept pair of texts as it lies in its table. */
export interface KeptRow {
  /** Rises from row to row. */
  readonly at: number
  readonly place: SealPlace
  readonly texts: readonly [string, string]
}

/** What may be sealed, row by row, for whoever brings all of it under another key. */
export interface SealableRows {
  readonly table: SealPlace['table']
  /** The next of them after this one. */
  after(at: number, max: number): Promise<readonly KeptRow[]>
  /** Only where nobody has changed the row since; resolves with whether that was so. */
  replace(row: KeptRow, texts: readonly [string, string]): Promise<boolean>
}
