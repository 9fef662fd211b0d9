// The life of one call, top to bottom. Each stage is a function in the file of the same name, and takes what the
// earlier stages returned, so a wrong order, or a skipped stage, does not compile.
import type { AnswerReader } from '../core/answer.ts'
import type { Scope } from '../core/caller.ts'
import type { Door } from '../dialects/doors.ts'
import type { RequestPlace } from '../dialects/relay.ts'
import { admit } from './admit.ts'
import { attempt } from './attempt.ts'
import type { AttemptParts } from './production.ts'
import { authenticate } from './authenticate.ts'
import type { Credentials, KeyFinder } from './authenticate.ts'
import { estimate } from './estimate.ts'
import { route } from './route.ts'
import type { ModelDirectory } from './route.ts'
import type { CallRecord } from './settle.ts'

/** A call as it came in. */
export interface Inbound extends Credentials {
  readonly record: CallRecord
  readonly door: Door
  readonly place: RequestPlace
  /** The client's headers of these names as header lines; those that it did not send are left out. */
  headerLines(names: readonly string[]): string
  /** Reads the body, up to the limit; asked for only when it is known who calls. */
  body(): Promise<Uint8Array>
}

/** What the stages work with. One world per config generation; a call keeps the one that it began with. */
export interface PipelineParts extends AttemptParts {
  readonly keys: KeyFinder
  readonly directory: ModelDirectory
}

/**
 * Answers a call: the reader is given its source and appended to as the answer comes. Never throws. What keeps the call
 * from its first attempt goes to `reader.refuse`, what fails later to `reader.fail`; `settle` is the edge's, when the
 * last byte is out.
 */
export function answer(inbound: Inbound, reader: AnswerReader, parts: PipelineParts): void {
  const { record, door, place } = inbound
  const { clock } = parts
  const refuse = (failure: unknown): void => reader.refuse(failure)
  try {
    const caller = authenticate(inbound, scopeOf(door), parts.keys)
    record.keyId = caller.keyId
    record.authenticatedMs = clock.nowMs()
    inbound.body().then((body) => {
      try {
        const request = admit(door.relay, { body, place }, caller)
        record.model = request.model
        record.stream = request.stream
        record.admittedMs = clock.nowMs()
        const deployments = route(request, door, parts.directory)
        record.routedMs = clock.nowMs()
        if (deployments === undefined) return estimate({ record, request, door }, reader)
        const headerLines = inbound.headerLines(door.passHeaders)
        const production = { record, request, door, headerLines, deployments }
        reader.follow(attempt(production, reader, parts))
      } catch (failure) {
        refuse(failure)
      }
    }, refuse)
  } catch (failure) {
    refuse(failure)
  }
}

/** Whoever may ask a model may do it in any dialect. */
function scopeOf({ spoken }: Door): Scope {
  return spoken === 'embeddings' ? 'embeddings' : 'chat'
}
