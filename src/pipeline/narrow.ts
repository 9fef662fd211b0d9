// Which of a model's deployments this call may go to, and whom it should go to first, before health and policy choose:
// rules, what the request needs, splits, the classifier. Who is left out is never asked; who only comes later is moved
// to a later priority, so that one dead deployment is still nobody's outage.
import type { Clock } from '../core/clock.ts'
import type { GatewayError } from '../core/errors.ts'
import { ModelUnavailable, ResidencyUnsatisfiable } from '../core/routing-errors.ts'
import type { Deployment } from '../providers/deployment.ts'
import { chooseSplit, splitCandidates } from '../routing/choice/split.ts'
import type { PromptScore } from '../routing/classifier/score-prompt.ts'
import { stickyBy } from '../routing/model-plan.ts'
import type { Narrowing, RulePlan } from '../routing/narrowing/narrowing.ts'
import { ableTo } from './call-needs.ts'
import { FactsOfCall } from './facts-of-call.ts'
import type { LookedAt } from './facts-of-call.ts'
import { laterBy } from './later-deployment.ts'
import { leftOf } from './route.ts'
import type { Route, Routed } from './route.ts'
import type { CallRecord } from './settle.ts'
import { stickyTo } from './sticky-to.ts'

/** What is looked at, and where the reasons go. */
export interface NarrowedCall extends LookedAt {
  readonly record: Pick<CallRecord, 'model' | 'route'>
}

export interface NarrowParts {
  readonly clock: Pick<Clock, 'wallMs'>
  /** 0 to 1, 1 excluded. */
  readonly random: () => number
}

/** How far somebody is moved back, each more than all after it together; the last stays within its priority. */
const back = { rule: 16_000, split: 4_000, classifier: 2_000, loss: 0.5 } as const

/**
 * The deployments for a call, in the order of the route. Throws InvalidValue for headers that rules cannot read, and
 * ModelUnavailable or ResidencyUnsatisfiable where a rule wants only such as are not there.
 */
export function narrow(
  { deployments, plan, demands }: Route,
  call: NarrowedCall,
  parts: NarrowParts,
): Routed {
  const { narrowing } = plan
  if (narrowing === undefined) return deployments
  const facts = new FactsOfCall(call, () => narrowing.wallClock(parts.clock.wallMs()))
  const course = new Narrower({ deployments, demands }, facts)
  const isRuled = course.rule(narrowing.rules, call)
  course.need(narrowing)
  course.split(narrowing, call, parts.random)
  if (!isRuled) course.classify(narrowing)
  call.record.route = course.why
  return course.left()
}

class Narrower {
  readonly #facts: FactsOfCall
  readonly #demands: Route['demands']
  readonly #why: string[] = []
  readonly #moved = new Map<string, number>()
  #left: Routed

  constructor({ deployments, demands }: Pick<Route, 'deployments' | 'demands'>, facts: FactsOfCall) {
    this.#demands = demands
    this.#left = deployments
    this.#facts = facts
  }

  /** What was decided, and by what. */
  get why(): string {
    return this.#why.join('; ')
  }

  /** Whether one of the rules has decided. */
  rule(rules: readonly RulePlan[], { record }: NarrowedCall): boolean {
    if (rules.length === 0) return false
    this.#facts.readHeaders()
    const index = rules.findIndex((plan, at) => this.#matches(plan, at))
    const decided = rules[index]
    if (decided === undefined) return false
    const { knownScore } = this.#facts
    const complexity = knownScore === undefined ? '' : ` complexity=${knownScore.score.toFixed(2)}`
    this.#why.push(`rule ${index + 1}${complexity}`)
    const used = leftOf(
      this.#left,
      this.#left.filter(({ name }) => decided.use.has(name)),
    )
    if (decided.fallback) this.#prefer(used ?? [], back.rule)
    else if (used !== undefined) this.#left = used
    else throw this.#nobody(record.model, `rule ${index + 1} sends this call`)
    return true
  }

  /** A rule wants only such as are not there. Where the call has to stay, that is no trouble that passes. */
  #nobody(model: string, what: string): GatewayError {
    return this.#demands.length === 0
      ? new ModelUnavailable(model, `${what} to none that is there`, null)
      : new ResidencyUnsatisfiable(model, this.#demands, `${what} to none that is there`)
  }

  #matches({ rule }: RulePlan, at: number): boolean {
    const { failures } = rule
    const isMatch = rule.matches(this.#facts)
    if (rule.failures !== failures) this.#why.push(`rule ${at + 1} cannot be worked out`)
    return isMatch
  }

  need(narrowing: Narrowing): void {
    if (narrowing.differing.size === 0 && !narrowing.contextsDiffer) return
    const { asked, inputTokens } = this.#facts
    if (asked === undefined || this.#left.length < 2) return
    const { deployments, lacking, lossy } = ableTo(asked, this.#left, { narrowing, inputTokens })
    this.#left = leftOf(this.#left, deployments) ?? this.#left
    this.#prefer(
      deployments.filter(({ name }) => !lossy.has(name)),
      back.loss,
    )
    if (lacking.length > 0) this.#why.push(`needs ${lacking.join(', ')}`)
  }

  split({ splits }: Narrowing, call: NarrowedCall, random: () => number): void {
    if (splits.length === 0) return
    // The body is parsed once for all who ask.
    const asker = { ...call, request: { parsed: () => this.#facts.body } }
    const chosen = chooseSplit(splits, (by) => stickyTo(stickyBy(by), asker), random)
    const { first } = splitCandidates(this.#left, splits, chosen)
    this.#prefer(first, back.split)
    // Another split's deployments come last: what is tried out on some callers is no fallback for others.
    const { first: unsplit } = splitCandidates(this.#left, splits, undefined)
    if (chosen !== undefined) this.#prefer([...first, ...unsplit], back.split)
    if (chosen !== undefined && first.length > 0) this.#why.push(`split ${chosen.name}`)
  }

  classify({ classifier }: Narrowing): void {
    if (classifier === undefined || this.#facts.asked === undefined) return
    const { score } = this.#facts
    const side = score.score >= classifier.threshold ? 'hard' : 'simple'
    const wanted = classifier[side]
    this.#prefer(
      this.#left.filter(({ name }) => wanted.has(name)),
      back.classifier,
    )
    this.#why.push(
      `classifier ${side} ${told(score)}${classifier.judge === undefined ? '' : this.#facts.judgedBy}`,
    )
  }

  /** Those first, if there are any; all others so much later. */
  #prefer(first: readonly Deployment[], by: number): void {
    if (first.length === 0 || first.length === this.#left.length) return
    for (const deployment of this.#left) {
      if (first.includes(deployment)) continue
      this.#moved.set(deployment.name, (this.#moved.get(deployment.name) ?? 0) + by)
    }
  }

  left(): Routed {
    if (this.#moved.size === 0) return this.#left
    const moved = this.#left.map((deployment) => laterBy(deployment, this.#moved.get(deployment.name) ?? 0))
    return leftOf(this.#left, moved.toSorted(byPriority)) ?? this.#left
  }
}

function byPriority(one: Deployment, other: Deployment): number {
  return one.priority - other.priority
}

/** The score and what counted most, as `complexity=0.79 (reasoning_words +1.3, maths_words +0.8)`. */
function told({ score, reasons }: PromptScore): string {
  const heaviest = reasons
    .slice(0, reasonsTold)
    .map(({ feature, points }) => `${feature} ${points < 0 ? '' : '+'}${points.toFixed(1)}`)
  const counted = heaviest.length === 0 ? '' : ` (${heaviest.join(', ')})`
  return `complexity=${score.toFixed(2)}${counted}`
}

const reasonsTold = 3
