// The life of one call, top to bottom. Each stage is a function in the file of the same name, and takes what the
// earlier stages returned, so a wrong order, or a skipped stage, does not compile.
import type { AnswerReader } from '../core/answer.ts'
import { tenantOf } from '../core/caller.ts'
import type { Caller } from '../core/caller.ts'
import type { Priority } from '../core/priority.ts'
import type { Door } from '../dialects/doors.ts'
import type { RequestPlace } from '../dialects/relay.ts'
import { admit } from './admit.ts'
import { authenticate } from './authenticate.ts'
import type { Authenticated, Credentials, KeyFinder } from './authenticate.ts'
import { begin } from './begin.ts'
import type { BeginParts } from './begin.ts'
import { beginTrace, noteRoute } from './call-trace.ts'
import { priorityOf, readWishes } from './client-wishes.ts'
import type { ClientWishes } from './client-wishes.ts'
import { estimate } from './estimate.ts'
import type { LookedAt } from './facts-of-call.ts'
import { hold } from './hold.ts'
import { keepBodies } from './keep-bodies.ts'
import type { BodyParts } from './keep-bodies.ts'
import type { InnerParts } from './inner.ts'
import { judged } from './judge.ts'
import { narrowRoute } from './narrow-route.ts'
import { ownerOf } from './owner-of-call.ts'
import { demandsOf, route } from './route.ts'
import type { Route } from './route.ts'
import type { CallRecord } from './settle.ts'
import { stickyTo } from './sticky-to.ts'

/** A call as it came in. */
export interface Inbound extends Credentials {
  readonly record: CallRecord
  readonly door: Door
  readonly place: RequestPlace
  /** A header of the client's by its lower-case name; null when absent. */
  header(name: string): string | null
  /** The client's headers of these names as header lines; those that it did not send are left out. */
  headerLines(names: readonly string[]): string
  /** Reads the body, up to the limit; asked for only when it is known who calls. */
  body(): Promise<Uint8Array>
}

/** Whether there is room for one more call. */
export interface Gate {
  /** Somebody may have to be turned away; false nearly always. */
  readonly isTight: boolean
  /** Throws Overloaded when a call of this priority may not come in. */
  check(priority: Priority): void
}

/** What the stages work with. One world per config generation; a call keeps the one that it began with. */
export interface PipelineParts extends InnerParts, BeginParts {
  readonly keys: KeyFinder
  readonly gate: Gate
  /** Undefined where nothing is kept of what calls say. */
  readonly bodies: BodyParts | undefined
  /** SHA-256, as hexadecimal digits. */
  digest(text: string): string
}

/**
 * Answers a call: the reader is given its source and appended to as the answer comes. Never throws. What keeps the call
 * from its first attempt goes to `reader.refuse`, what fails later to `reader.fail`; `settle` is the edge's, when the
 * last byte is out.
 */
export function answer(inbound: Inbound, reader: AnswerReader, parts: PipelineParts): void {
  try {
    const caller = authenticate(inbound, scopeOf(inbound.door), parts.keys)
    if (!(caller instanceof Promise)) return go(caller, inbound, { reader, parts })
    caller.then(
      (found) => go(found, inbound, { reader, parts }),
      (failure: unknown) => reader.refuse(failure),
    )
  } catch (failure) {
    reader.refuse(failure)
  }
}

function go(caller: Authenticated, inbound: Inbound, { reader, parts }: Producing): void {
  const { record, door } = inbound
  const { clock } = parts
  const refuse = (failure: unknown): void => reader.refuse(failure)
  try {
    record.keyId = caller.keyId
    if (caller.endsAtMs !== undefined) record.keyEndsAtMs = caller.endsAtMs
    record.authenticatedMs = clock.nowMs()
    const wishes = readWishes(inbound)
    const priority = priorityOf(wishes, caller)
    if (parts.gate.isTight) parts.gate.check(priority)
    if (wishes.trace) beginTrace(record)
    inbound.body().then((body) => {
      let to = reader
      try {
        const request = admit(door, { body, place: inbound.place }, caller)
        record.model = request.model
        record.stream = request.stream
        record.admittedMs = clock.nowMs()
        if (parts.bodies !== undefined) to = keepBodies(reader, { record, door, caller, body }, parts.bodies)
        const found = route({ request, door, demands: demandsOf(caller, wishes) }, parts.directory)
        if (found === undefined) return estimate({ record, request, door }, to)
        const tags = tagsOf(wishes, caller)
        record.owner = ownerOf({ caller, tags, request, inbound })
        const call = {
          record,
          request,
          door,
          caller,
          inbound,
          wishes,
          tags,
          priority,
          body,
          address: parts.limits.hasAddresses ? inbound.clientAddress() : undefined,
        }
        if (found.plan.narrowing?.classifier?.judge === undefined) produce(call, found, { reader: to, parts })
        else judgeFirst(call, found, { reader: to, parts }).catch((failure: unknown) => to.refuse(failure))
      } catch (failure) {
        to.refuse(failure)
      }
    }, refuse)
  } catch (failure) {
    refuse(failure)
  }
}

/** A call that has been admitted, and what is known of it. */
interface AdmittedCall extends LookedAt {
  readonly record: CallRecord
  readonly caller: Authenticated
  readonly inbound: Inbound
  readonly wishes: ClientWishes
  readonly priority: Priority
  readonly body: Uint8Array
  /** Undefined where nobody asks. */
  readonly address: string | undefined
  /** What it may use is held back already. */
  readonly isHeld?: true
}

interface Producing {
  readonly reader: AnswerReader
  readonly parts: PipelineParts
}

/** Nobody is asked for a call that may not be made; and whoever has left was given back what was held for it. */
async function judgeFirst(call: AdmittedCall, found: Route, { reader, parts }: Producing): Promise<void> {
  const judge = found.plan.narrowing?.classifier?.judge
  // Its client has left in the meantime: what was held now nobody would give back.
  if (judge === undefined || call.record.settledMs > 0) return
  await hold(call, found, parts)
  if (call.record.settledMs > 0) return
  const score = await judged(judge, { ...call, demands: found.demands }, parts)
  produce({ ...call, judged: score, isHeld: true }, found, { reader, parts })
}

/** Where it may go, and off it goes when it may be made. */
function produce(call: AdmittedCall, found: Route, producing: Producing): void {
  const { parts, reader } = producing
  // Its client has left in the meantime: what was held now nobody would give back, and what had been was given back.
  if (call.record.settledMs > 0) return
  const narrowed = narrowRoute(call, found, parts)
  const mustHold = call.isHeld !== true && !(parts.limits.isEmpty && parts.budgets.isEmpty)
  const holding = mustHold ? hold(call, narrowed, parts) : undefined
  if (holding === undefined) return goOn(call, narrowed, { ...producing, demands: found.demands })
  holding
    .then(() => {
      if (call.record.settledMs === 0) goOn(call, narrowed, { ...producing, demands: found.demands })
    })
    .catch((failure: unknown) => reader.refuse(failure))
}

function goOn(
  call: AdmittedCall,
  { plan, deployments, lastResort }: ReturnType<typeof narrowRoute>,
  { reader, parts, demands }: Producing & Pick<Route, 'demands'>,
): void {
  const { record, request, door, caller, inbound, wishes, priority, body } = call
  const { clock } = parts
  const tenant = tenantOf(caller)
  if (plan.promptCaches !== undefined && door.otherwise === 'translate') {
    record.prompt = plan.promptCaches.recall(body, `${tenant}\n${request.model}`, clock.nowMs())
  }
  if (record.steps !== undefined) noteRoute(record, { deployments, plan, demands }, clock.nowMs())
  const production = {
    record,
    request,
    door,
    headerLines: inbound.headerLines(door.passHeaders),
    wishes,
    priority,
    tenant,
    plan,
    deployments,
    lastResort,
    stickyTo: plan.sticky === undefined ? '' : stickyTo(plan.sticky, { caller, request, inbound }),
  }
  begin(production, { body, caller, tags: call.tags, address: call.address }, { reader, parts })
}

/** The key's own, for a call that brings none. */
export function tagsOf({ tags }: ClientWishes, caller: Caller): readonly string[] {
  return tags.length > 0 ? tags : (caller.tags ?? noTags)
}

const noTags: readonly string[] = []

/** Whoever may ask a model may do it in any dialect. */
export function scopeOf({ spoken }: Door): 'embeddings' | 'chat' {
  return spoken === 'embeddings' ? 'embeddings' : 'chat'
}
