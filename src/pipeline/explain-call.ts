// What would become of a request, stage by stage, without asking anybody: the stages' own functions are run on it, and what
// they decide is told. Where the health of deployments is not known, all are taken to be well.
import type { Caller } from '../core/caller.ts'
import { GatewayError } from '../core/errors.ts'
import type { Availability } from '../core/health.ts'
import type { ErrorCode } from '../core/errors.ts'
import { meets, noDemands } from '../core/residency.ts'
import type { Demand } from '../core/residency.ts'
import type { Door } from '../dialects/doors.ts'
import type { RequestPlace } from '../dialects/relay.ts'
import { DeploymentLimits } from '../limits/deployment-limits.ts'
import type { Deployment } from '../providers/deployment.ts'
import type { Reason } from '../routing/choice/candidate.ts'
import type { ModelPlan } from '../routing/model-plan.ts'
import { admitAs } from './admit.ts'
import type { Admitted } from './admit.ts'
import { chooseDeployment } from './choose-deployment.ts'
import { readWishes } from './client-wishes.ts'
import type { ClientWishes } from './client-wishes.ts'
import { anybody, boundsOf, holdFrom, letIn } from './explain-key.ts'
import type { AskingKey, Bounds, FreshBooks } from './explain-key.ts'
import type { AttemptTimeouts } from './production.ts'
import { narrow } from './narrow.ts'
import { demandsOf, route } from './route.ts'
import type { ModelDirectory, Route } from './route.ts'
import { CallRecord } from './settle.ts'
import { tagsOf } from './pipeline.ts'
import { stickyTo } from './sticky-to.ts'
import { translate } from './translate.ts'

/** A request as it would come in. */
export interface Question {
  readonly door: Door
  readonly body: Uint8Array
  readonly place: RequestPlace
  /** The key that would ask; undefined for none in particular. */
  readonly key: AskingKey | undefined
  header(name: string): string | null
}

export interface ExplainParts {
  readonly directory: ModelDirectory
  readonly books: FreshBooks
  readonly timeouts: AttemptTimeouts
  readonly nowMs: number
  readonly wallMs: number
  readonly random: () => number
}

/** Why a request would be refused, and by which stage. */
export interface Refusal {
  readonly stage: 'authenticate' | 'read' | 'admit' | 'route' | 'narrow' | 'reserve' | 'choose'
  readonly code: ErrorCode
  readonly message: string
}

/** What one deployment would be sent. */
export type Sending =
  | { readonly kind: 'relay' }
  | { readonly kind: 'translation'; readonly dialect: string; readonly dropped: string }
  | { readonly kind: 'refusal'; readonly code: ErrorCode; readonly message: string }

export interface ExplainedDeployment {
  readonly deployment: Deployment
  readonly availability: Availability
  readonly sending: Sending
  /** The time until the first token of a stream, or until the whole answer. */
  readonly patienceMs: number
  /** What speaks against it, in words. */
  readonly doubts: readonly string[]
}

/** One of the attempts in their order, as far as each before it fails. */
export interface ExplainedAttempt {
  readonly name: string
  readonly because: Reason
  /** Another time it could be another one. */
  readonly isDrawn: boolean
}

export interface Explanation {
  readonly door: Door
  readonly key: AskingKey | undefined
  /** What is over that key's calls; undefined without one, and where the call does not come so far. */
  readonly bounds: Bounds | undefined
  readonly bodyBytes: number
  readonly refusal: Refusal | undefined
  readonly asked:
    | { readonly model: string; readonly stream: boolean; readonly estimatedInputTokens: number }
    | undefined
  /** It goes on with something that only one deployment may have. */
  readonly refers: boolean
  /** Nobody would be asked: an estimate is the answer. */
  readonly isEstimated: boolean
  readonly plan: ModelPlan | undefined
  readonly sticky: string
  /** What narrowed its deployments down, or put some first; empty for nothing. */
  readonly narrowedBy: string
  /** Where the call has to stay. */
  readonly demands: readonly Demand[]
  /** Deployments that are not there: this call never goes to them. */
  readonly elsewhere: readonly Deployment[]
  /** Names of those that this call may not go to. */
  readonly leftOut: readonly string[]
  /** Asked when all others have failed; undefined for none. */
  readonly lastResort: string | undefined
  readonly deployments: readonly ExplainedDeployment[]
  readonly attempts: readonly ExplainedAttempt[]
  readonly timeouts: AttemptTimeouts
}

/** Explains a request. Never throws what is wrong in it: that is a part of the explanation. */
export function explainCall(question: Question, parts: ExplainParts): Explanation {
  const { door, body, place, key } = question
  const caller = key?.caller ?? anybody
  const nothing = {
    door,
    key,
    bounds: undefined,
    bodyBytes: body.byteLength,
    refusal: undefined,
    asked: undefined,
    refers: false,
    isEstimated: false,
    plan: undefined,
    sticky: '',
    narrowedBy: '',
    demands: noDemands,
    elsewhere: [],
    leftOut: [],
    lastResort: undefined,
    deployments: [],
    attempts: [],
    timeouts: parts.timeouts,
  }
  if (key !== undefined) {
    const come = tried('authenticate', () => ({ in: letIn(key, door) }))
    if ('refusal' in come) return { ...nothing, ...come }
  }
  const read = tried('read', () => ({
    wishes: readWishes(question),
    asked: door.relay.readRequest(body, place),
  }))
  if ('refusal' in read) return { ...nothing, ...read }
  const { wishes } = read
  const { model, stream, estimatedInputTokens } = read.asked
  const asked = { model, stream, estimatedInputTokens }
  const totalMs = Math.min(parts.timeouts.totalMs, wishes.timeoutMs ?? Number.POSITIVE_INFINITY)
  const known = {
    ...nothing,
    asked,
    refers: read.asked.refers === true,
    timeouts: { ...parts.timeouts, totalMs },
  }
  const admitted = tried('admit', () => ({ request: admitAs(door, { body, place }, caller) }))
  if ('refusal' in admitted) return { ...known, ...admitted }
  const { request } = admitted
  const demands = demandsOf(caller, wishes)
  const routed = tried('route', () => ({ found: route({ request, door, demands }, parts.directory) }))
  if ('refusal' in routed) return { ...known, ...routed }
  if (routed.found === undefined) return { ...known, isEstimated: true }
  const elsewhere = elsewhereOf(model, routed.found, parts.directory)
  const staying = { demands: routed.found.demands, elsewhere }
  return {
    ...known,
    ...staying,
    ...explainRoute({ question, caller, request, route: routed.found, wishes }, parts),
  }
}

interface Routing {
  readonly question: Question
  readonly caller: Caller
  readonly request: Admitted
  readonly route: Route
  readonly wishes: ClientWishes
}

/** Deployments of the model that the call must not go to. */
function elsewhereOf(model: string, { demands }: Route, directory: ModelDirectory): readonly Deployment[] {
  const found = directory.find(model)
  if (found.kind !== 'found') return []
  const all = found.lastResort === undefined ? found.deployments : [...found.deployments, found.lastResort]
  return all.filter((deployment) => !meets(deployment, demands))
}

type RoutePart = Omit<
  Explanation,
  'door' | 'key' | 'bodyBytes' | 'asked' | 'refers' | 'isEstimated' | 'timeouts' | 'demands' | 'elsewhere'
>

function explainRoute(routing: Routing, parts: ExplainParts): RoutePart {
  const { question, caller, request, route: found, wishes } = routing
  const { door, key } = question
  const { plan } = found
  const record = new CallRecord('call_explained', door.endpoint, { generation: 0, nowMs: parts.nowMs })
  record.model = request.model
  const asker = { caller, request, inbound: question }
  const sticky = plan.sticky === undefined ? '' : stickyTo(plan.sticky, asker)
  const { random, nowMs } = parts
  const clock = { wallMs: () => parts.wallMs }
  const narrowed = tried('narrow', () => ({
    deployments: narrow(found, { ...asker, record, door, tags: tagsOf(wishes, caller) }, { clock, random }),
  }))
  const call = { record, caller, request, wishes }
  const at = { nowMs, wallMs: parts.wallMs, callMs: parts.timeouts.totalMs }
  const known = {
    plan,
    sticky,
    bounds: key === undefined ? undefined : boundsOf(call, parts.books, at),
    narrowedBy: record.route,
    leftOut: [],
    lastResort: found.lastResort?.name,
  }
  if ('refusal' in narrowed) return { ...known, ...narrowed, deployments: [], attempts: [] }
  const { deployments } = narrowed
  const mayAnswer = found.lastResort === undefined ? deployments : [...deployments, found.lastResort]
  const held = tried('reserve', () => ({
    all: key === undefined || holdFrom({ ...call, deployments: mayAnswer }, parts.books, at),
  }))
  // As the config has them: what was put first has another priority only for this call.
  const asWritten = new Map(found.deployments.map((deployment) => [deployment.name, deployment]))
  const explained = deployments.map((deployment) =>
    explainDeployment(asWritten.get(deployment.name) ?? deployment, routing, parts),
  )
  const attempts = explainAttempts({ record, deployments, plan, request, stickyTo: sticky }, explained, parts)
  const first = explained.filter(({ deployment }) => deployment.name === attempts[0]?.name)
  const [unfit] = (attempts.length > 0 ? first : explained).flatMap(({ sending }) => refusalOf(sending))
  const names = new Set(deployments.map(({ name }) => name))
  const leftOut = [...asWritten.keys()].filter((name) => !names.has(name))
  const refusal = 'refusal' in held ? held.refusal : unfit
  return { ...known, leftOut, deployments: explained, attempts, refusal }
}

function explainAttempts(
  choosing: Parameters<typeof chooseDeployment>[0],
  explained: readonly ExplainedDeployment[],
  parts: ExplainParts,
): readonly ExplainedAttempt[] {
  const excluded = new Set(
    explained.flatMap(({ deployment, sending }) => (isUnfit(sending) ? [deployment.name] : [])),
  )
  const attempts: ExplainedAttempt[] = []
  // What a running gateway has left of its deployments' limits, nobody knows here.
  const asking = { random: parts.random, deploymentLimits: new DeploymentLimits() }
  for (let left = explained.length; left > 0; left -= 1) {
    const at = { parts: asking, nowMs: parts.nowMs, turn: 1, excluded, mayProbe: attempts.length === 0 }
    const choice = chooseDeployment(choosing, at)
    if (choice.kind !== 'one') break
    const { candidate, because } = choice
    attempts.push({ name: candidate.name, because, isDrawn: drawn.has(because) })
    excluded.add(candidate.name)
  }
  return attempts
}

const drawn: ReadonlySet<Reason> = new Set(['weighted', 'random', 'turn'])

/** Another deployment may be able to carry it; what is wrong in the request itself is wrong for all. */
function isUnfit(sending: Sending): boolean {
  return sending.kind === 'refusal' && sending.code === 'unsupported_parameter'
}

function refusalOf(sending: Sending): Refusal[] {
  if (sending.kind !== 'refusal') return []
  return [{ stage: 'choose', code: sending.code, message: sending.message }]
}

function explainDeployment(
  deployment: Deployment,
  { question, request }: Pick<Routing, 'question' | 'request'>,
  { timeouts, nowMs, wallMs }: ExplainParts,
): ExplainedDeployment {
  const { capabilities, timeoutMs } = deployment
  const { contextTokens } = capabilities
  const isTooLong = contextTokens !== undefined && request.estimatedInputTokens > contextTokens
  return {
    deployment,
    availability: deployment.health.availability(nowMs),
    sending: sendingTo(deployment, { question, request }, wallMs),
    patienceMs: timeoutMs ?? (request.stream ? timeouts.firstTokenMs : timeouts.attemptMs),
    doubts: isTooLong
      ? [`about ${request.estimatedInputTokens} tokens do not fit into its ${contextTokens}`]
      : [],
  }
}

function sendingTo(
  deployment: Deployment,
  { question: { door }, request }: Pick<Routing, 'question' | 'request'>,
  wallMs: number,
): Sending {
  if (deployment.speaks.has(door.spoken)) return { kind: 'relay' }
  const record = new CallRecord('call_explained', door.endpoint, { generation: 0, nowMs: 0 })
  try {
    const { dialect, dropped } = translate({ record, door, request }, deployment, wallMs)
    return { kind: 'translation', dialect, dropped }
  } catch (failure) {
    if (!(failure instanceof GatewayError)) throw failure
    return { kind: 'refusal', code: failure.code, message: failure.message }
  }
}

function tried<Found extends object>(
  stage: Refusal['stage'],
  attempt: () => Found,
): Found | { readonly refusal: Refusal } {
  try {
    return attempt()
  } catch (failure) {
    if (!(failure instanceof GatewayError)) throw failure
    return { refusal: { stage, code: failure.code, message: failure.message } }
  }
}
