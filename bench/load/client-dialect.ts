// What a client of a dialect sends and must get, so that the same load can be put on a relay and on a translation.
import type { StreamPlan } from './wire.ts'

/** One dialect as the load speaks it. */
export type ClientDialect = {
  readonly path: string
  /** The headers of its clients, with the key that a caller of the chat dialect sends as a bearer. */
  headers(chatHeaders: Readonly<Record<string, string>>): Readonly<Record<string, string>>
  /** A chat request's body as a client of this dialect says the same. */
  body(chatBody: string): string
  /** Says what is wrong with the events of a stream, or undefined when every event is as planned. */
  faultInEvents(events: string, plan: StreamPlan): string | undefined
}
