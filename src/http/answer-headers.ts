// The headers of an answer to a call: what a client needs to debug it (A6), and the few of the provider's that may
// pass. Everything else that a provider sends is dropped.
import type { AnswerHead } from '../core/answer.ts'
import type { Endpoint } from '../core/call.ts'
import { dollarsText } from '../core/dollars-text.ts'
import { doors } from '../dialects/doors.ts'
import type { CallRecord } from '../pipeline/settle.ts'
import { contractHeaders } from './contract-headers.ts'
import { headerText } from './header-text.ts'

/**
 * What is known of a call, by header names in lower case. `deployment`: who answered, or was asked last; undefined while any
 * may still answer.
 */
export function factHeaders(
  record: CallRecord,
  deployment: CallRecord['deployment'],
  timing: string,
): Record<string, string> {
  const headers: Record<string, string> = {
    'server-timing': timing,
    'x-sallyport-attempts': String(record.attempts),
    'x-sallyport-config': String(record.generation),
  }
  for (const name of doors[record.endpoint].idHeaders) headers[name] = record.callId
  if (record.estimated) headers['x-sallyport-estimated'] = 'true'
  if (record.canned) headers['x-sallyport-canned'] = 'true'
  if (record.dropped !== '') headers['x-sallyport-dropped'] = record.dropped
  if (record.route !== '') headers['x-sallyport-route'] = record.route
  if (record.model !== '') headers['x-sallyport-model'] = headerText(record.model)
  if (deployment !== undefined) {
    headers['x-sallyport-deployment'] = headerText(deployment.name)
    if (deployment.region !== undefined) headers['x-sallyport-region'] = deployment.region
    if (deployment.demo) headers['x-sallyport-demo'] = 'true'
    if (deployment.notice !== undefined) Object.assign(headers, deployment.notice.headers)
  }
  return headers
}

/** What the shared headers of an answer depend on. */
interface HeaderKind {
  readonly attempts: number
  readonly generation: number
  readonly model: string
  readonly deployment: CallRecord['deployment']
  readonly form: AnswerForm
  readonly endpoint: Endpoint
  readonly dropped: string
  readonly canned: boolean
  readonly route: string
  /** Those of the same names count as the same. */
  readonly limits: LimitHeaders
}

export type AnswerForm = 'whole' | 'stream'

/**
 * The headers of good answers. Those of the last answer are used again where the next is of the same kind, as most are:
 * the runtime copies them with less effort than it reads an object of names.
 */
export class GoodAnswerHeaders {
  #kind: HeaderKind | undefined
  #headers = new Headers()
  /** The provider's, which belong to one answer alone. */
  #passed: string[] = []
  /** What the last answer told of limits and is still there. */
  #limits: LimitHeaders = noLimits

  /** Good until this is asked again. `head`: undefined while any deployment may still answer. */
  of(record: CallRecord, head: AnswerHead | undefined, look: AnswerLook): Headers {
    const { form, timing } = look
    const deployment = head === undefined ? undefined : record.deployment
    const kind = this.#kind
    const isSame =
      kind !== undefined &&
      kind.deployment === deployment &&
      kind.form === form &&
      kind.model === record.model &&
      kind.attempts === record.attempts &&
      kind.generation === record.generation &&
      kind.endpoint === record.endpoint &&
      kind.dropped === record.dropped &&
      kind.canned === record.canned &&
      kind.route === record.route &&
      areAlike(kind.limits, look.limits)
    if (isSame) this.#forgetPassed()
    else this.#begin(record, deployment, look)
    const headers = this.#headers
    for (const name of doors[record.endpoint].idHeaders) headers.set(name, record.callId)
    headers.set('server-timing', timing)
    tellCost(record, form, headers)
    if (head !== undefined) this.#pass(head, deployment)
    if (look.limits.length > 0) this.#tellLimits(look.limits)
    if (record.contract !== undefined) this.#tellContract(record, look)
    return headers
  }

  #begin(record: CallRecord, deployment: CallRecord['deployment'], { form, limits }: AnswerLook): void {
    const { attempts, generation, model, endpoint, dropped, canned, route } = record
    this.#kind = { attempts, generation, model, deployment, form, endpoint, dropped, canned, route, limits }
    this.#passed = []
    this.#limits = limits
    const facts = factHeaders(record, deployment, '')
    this.#headers = new Headers({ ...changing(endpoint, form, limits), ...facts, ...formHeaders[form] })
  }

  #forgetPassed(): void {
    if (this.#passed.length === 0) return
    for (const name of this.#passed) this.#headers.delete(name)
    this.#passed = []
    // One of them may have had the name of one of these.
    this.#limits = noLimits
  }

  /** Much of it is the same for one answer after the other, and stays as it is, unless a provider said its own. */
  #tellLimits(limits: LimitHeaders): void {
    const before = this.#passed.length > 0 ? noLimits : this.#limits
    for (let at = 0; at < limits.length; at += 2) {
      const value = limits[at + 1] ?? ''
      if (value !== before[at + 1]) this.#headers.set(limits[at] ?? '', value)
    }
    this.#limits = limits
  }

  #pass(head: AnswerHead, deployment: CallRecord['deployment']): void {
    for (const name of deployment?.passHeaders ?? []) {
      const value = head.header(name)
      if (value === undefined) continue
      // The names under which SDKs look for an id are for ours.
      const passed = idNames.has(name) ? 'x-sallyport-provider-request-id' : name
      this.#headers.set(passed, headerText(value))
      this.#passed.push(passed)
    }
  }

  #tellContract(record: CallRecord, { form, body }: AnswerLook): void {
    const headers = contractHeaders(record, form === 'whole' ? body : undefined) ?? {}
    for (const name in headers) {
      this.#headers.set(name, headers[name] ?? '')
      this.#passed.push(name)
    }
  }
}

/** What differs from answer to answer: the runtime looks for a name from the first on, so that these stand in front. */
function changing(endpoint: Endpoint, form: AnswerForm, limits: LimitHeaders): Record<string, string> {
  const headers: Record<string, string> = { 'server-timing': '' }
  for (const name of doors[endpoint].idHeaders) headers[name] = ''
  if (form === 'whole') headers[costHeader] = ''
  for (let at = 0; at < limits.length; at += 2) headers[limits[at] ?? ''] = limits[at + 1] ?? ''
  return headers
}

/** What the client pays, where it is known before the first byte goes out. */
function tellCost({ chargedNanoDollars }: CallRecord, form: AnswerForm, headers: Headers): void {
  if (form === 'whole' && chargedNanoDollars !== null)
    headers.set(costHeader, dollarsText(chargedNanoDollars))
  else if (form === 'whole') headers.delete(costHeader)
}

const costHeader = 'x-sallyport-cost'
const idNames = new Set(['x-request-id', 'request-id'])

/** How one answer looks. */
export interface AnswerLook {
  readonly form: AnswerForm
  readonly timing: string
  /** Of a whole answer. */
  readonly body?: Uint8Array | undefined
  readonly limits: LimitHeaders
}

/** What is left of a caller's limits: name, value, name, value …; empty where there are none. */
export type LimitHeaders = readonly string[]

export const noLimits: LimitHeaders = []

/** They have the same names. */
function areAlike(limits: LimitHeaders, others: LimitHeaders): boolean {
  if (limits.length !== others.length) return false
  for (let at = 0; at < limits.length; at += 2) {
    if (limits[at] !== others[at]) return false
  }
  return true
}

const formHeaders: Readonly<Record<AnswerForm, Readonly<Record<string, string>>>> = {
  whole: { 'content-type': 'application/json' },
  stream: {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    // nginx in front of us must not gather what is meant to be seen at once.
    'x-accel-buffering': 'no',
  },
}
