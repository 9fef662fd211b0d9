// What is kept while a client's request is read.

import type { JsonObject } from '../json-object.ts'
export type Role = 'system' | 'user' | 'assistant'

export interface Reading {
  /** Paths of what no word of ours stands for. */
  readonly unplaced: string[]
  /** The names of the calls so far, by id. */
  readonly callNames: Map<string, string>
  /** Seals of calls that other dialects made, by the call's id. */
  readonly callSeals: Map<string, string>
  /** The conversation began at the provider, so results may stand without their calls. */
  readonly threaded: boolean
}

/** A block and where it stands. */
export interface Placed {
  readonly block: JsonObject
  readonly path: string
}
