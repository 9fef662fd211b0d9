// What is kept while a chat request is written.
import type { ChatExtension, Dropped, WriteWishes } from '../dialect.ts'

export interface Writing {
  readonly wishes: WriteWishes
  readonly dropped: Dropped[]
}

export type Wire = Record<string, unknown>

export function takes({ wishes }: Writing, extension: ChatExtension): boolean {
  return wishes.extensions?.includes(extension) === true
}
