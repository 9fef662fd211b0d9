// How much each deployment may still be asked for: what its provider lets through, counted attempt by attempt. Whoever chooses
// asks first whether there is room, so that taking never fails. What was used outlives a config.
import type { RulesByName } from './limit-book.ts'
import type { Subject } from './limit-subject.ts'
import type { CallTokens, LimitDenial, LimitLease, LimitRule, LimitStanding } from './limits.ts'
import { LocalLimits } from './local-limits.ts'

/** These limits count no calls at a time, so nothing waits for the end of one. */
const leaseMs = 0

/** A deployment with limits, as the list that it is asked by. */
export type LimitedDeployment = readonly [Subject]

export class DeploymentLimits {
  readonly #limits = new LocalLimits()
  /** By `provider/model`; each as the list that it is asked by. */
  #subjects: ReadonlyMap<string, LimitedDeployment> = new Map()
  #rules: RulesByName = new Map()
  #gateways = 1
  /** No deployment has a limit. */
  isEmpty = true

  /** So many gateways ask the same deployments: each goes by its part of what comes in. A burst is not divided. */
  shareAmong(gateways: number, nowMs: number): void {
    if (gateways === this.#gateways) return
    this.#gateways = gateways
    this.use(this.#rules, nowMs)
  }

  /** Goes by other rules from now on. */
  use(rules: RulesByName, nowMs: number): void {
    this.#rules = rules
    const before = this.#subjects
    const now = new Map<string, LimitedDeployment>()
    for (const [name, whole] of rules) {
      const own = this.#gateways === 1 ? whole : whole.map((rule) => partOf(rule, this.#gateways))
      const kept = before.get(name)
      if (kept !== undefined) this.#limits.change(kept[0], own, nowMs)
      now.set(name, kept ?? [this.#limits.subject({ level: 'deployment', name }, own, nowMs)])
    }
    this.#subjects = now
    this.isEmpty = now.size === 0
  }

  /** To be asked and taken from; undefined where it has no limits. Not to be kept: a config may change it. */
  of(name: string): LimitedDeployment | undefined {
    return this.#subjects.get(name)
  }

  /** Why it cannot be asked for so much just now; undefined where it can. */
  denial(limited: LimitedDeployment, tokens: CallTokens, nowMs: number): LimitDenial | undefined {
    return this.#limits.denial(limited, tokens, nowMs)
  }

  /** It is asked for so much: to be settled or refunded. */
  take(limited: LimitedDeployment, { inputTokens, outputTokens }: CallTokens, nowMs: number): LimitLease {
    return this.#limits.take(limited, { inputTokens, outputTokens, leaseMs }, nowMs)
  }

  /** What was really used takes the place of what was taken. Only the first word on a lease counts. */
  settle(lease: LimitLease, used: CallTokens, nowMs: number): void {
    this.#limits.settle(lease, used, nowMs)
  }

  /** Nothing was sent after all. */
  refund(lease: LimitLease, nowMs: number): void {
    this.#limits.refund(lease, nowMs)
  }

  /** All limits of a deployment, and what is left of each; empty where it has none. */
  standings(name: string, nowMs: number): readonly LimitStanding[] {
    const own = this.#subjects.get(name)
    return own === undefined ? [] : this.#limits.standings(own[0], nowMs)
  }

  /** Those that have limits. */
  names(): Iterable<string> {
    return this.#subjects.keys()
  }
}

function partOf(rule: LimitRule, gateways: number): LimitRule {
  return { ...rule, amount: rule.amount / gateways, burst: rule.burst ?? rule.amount }
}
