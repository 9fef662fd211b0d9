// A request that goes on in the client's own bytes, whatever its dialect: a few splices, and everything else as it came.
import type { RequestBody } from '../core/egress.ts'
import type { DialectName } from '../core/model-request.ts'
import { askedTier } from './asked-tier.ts'
import { askedTokens } from './asked-tokens.ts'
import { estimateBodyTokens } from './counting/estimate-body.ts'
import type { JsonObject } from './json-object.ts'
import { parsedBody, SplicedBody, withoutMembers } from './json-body.ts'
import type { JsonBody, Splice } from './json-body.ts'
import type { Lens } from './lens.ts'
import type { RequestPlace } from './relay.ts'
import type { RelayRequest, RelayWishes } from './relay-request.ts'
import { requestLabels } from './request-labels.ts'
import type { RequestLabels } from './request-labels.ts'
import type { Member } from './scan-json.ts'

/** What a dialect found in a request, and what it changes in it. */
export interface RequestFindings extends Pick<
  RelayRequest,
  'model' | 'stream' | 'choices' | 'refers' | 'keeps'
> {
  readonly dialect: DialectName
  readonly lens: Lens
  readonly place: Pick<RequestPlace, 'onlyCounts' | 'tokensBefore'>
  /** The members for a translation, with what the URL said instead of the body. */
  completed?(members: JsonObject): JsonObject
  /** Members that never go on. */
  readonly cuts?: readonly string[]
  /** The splices for a deployment that calls the model so (as ASCII JSON), in any order. */
  changes(body: JsonBody, modelJson: string): readonly Splice[]
}

export class RelayedRequest implements RelayRequest {
  readonly model: string
  readonly stream: boolean
  readonly choices: number
  /** Only in the chat dialect must it be asked for. */
  readonly wantsUsage = true
  readonly refers: boolean
  readonly keeps: boolean
  readonly estimatedInputTokens: number
  readonly #findings: RequestFindings
  #body: JsonBody | undefined
  /** Limits, budgets and each deployment ask; null before the first of them. */
  #askedTokens: number | undefined | null = null

  constructor(body: JsonBody, findings: RequestFindings) {
    this.model = findings.model
    this.stream = findings.stream
    this.choices = findings.choices
    this.refers = findings.refers === true
    this.keeps = findings.keeps === true
    this.estimatedInputTokens = estimateBodyTokens(body, findings.lens) + (findings.place.tokensBefore ?? 0)
    this.#findings = findings
    this.#body = body
  }

  askedTokens(): number | undefined {
    if (this.#askedTokens === null) {
      const { place, dialect } = this.#findings
      this.#askedTokens = place.onlyCounts === true ? 0 : askedTokens(this.#kept(), dialect)
    }
    return this.#askedTokens
  }

  askedTier(): string | undefined {
    return askedTier(this.#kept())
  }

  labels(): RequestLabels | undefined {
    return requestLabels(this.#kept())
  }

  parsed(): JsonObject {
    const members = parsedBody(this.#kept())
    return this.#findings.completed?.(members) ?? members
  }

  bodyFor({ modelJson, drops }: RelayWishes): RequestBody {
    const body = this.#kept()
    const changes = this.#findings.changes(body, modelJson)
    const { cuts = [] } = this.#findings
    const without = drops.length + cuts.length === 0 ? [] : withoutMembers(body, [...drops, ...cuts])
    const kept = changes.filter((change) => !without.some((cut) => isWithin(change, cut)))
    const splices = [...kept, ...without].sort((one, other) => one.start - other.start)
    return new SplicedBody(body.bytes, splices)
  }

  release(): void {
    this.#body = undefined
  }

  #kept(): JsonBody {
    if (this.#body === undefined) throw new Error('The bytes of this request have been let go.')
    return this.#body
  }
}

/** Puts the provider's name of the model where the client's stands. */
export function renamedModel(
  { latin1 }: JsonBody,
  { start, end }: Member,
  modelJson: string,
): readonly Splice[] {
  return latin1.slice(start, end) === modelJson ? [] : [{ start, end, text: modelJson }]
}

function isWithin({ start, end }: Splice, cut: Splice): boolean {
  return start >= cut.start && end <= cut.end && start < cut.end
}
