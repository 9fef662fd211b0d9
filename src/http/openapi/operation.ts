// What the description of the API says of one thing that can be done. Who may do it is not said here: that stands in the
// table of routes, and is read from there.
import type * as z from 'zod'

export type JsonSchema = Readonly<Record<string, unknown>>

export interface Parameter {
  readonly name: string
  readonly in: 'query' | 'path' | 'header'
  readonly says: string
  readonly schema?: JsonSchema
}

export interface Operation {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** As OpenAPI writes it: `/v1/calls/{id}`. */
  readonly path: string
  readonly id: string
  readonly group: 'calls' | 'models' | 'records' | 'operators' | 'process'
  readonly summary: string
  readonly parameters?: readonly Parameter[]
  /** Read by this schema, which is printed as it is; or described elsewhere, by whoever made the dialect. */
  readonly body?: z.ZodType | { readonly madeBy: string; readonly page: string }
  readonly answer: {
    readonly status?: 200 | 201 | 202
    readonly says: string
    /** The name of a schema in schemas.ts, or of a list of it. */
    readonly is?: string
    readonly listOf?: string
    readonly type?: 'application/json' | 'text/plain' | 'text/html'
  }
}
