// Whose limits stand over a call: those of the config by the names of keys, users, teams, tenants and models, found once for
// each caller and then at hand. What was used outlives a config.
import type { Caller } from '../core/caller.ts'
import type { Subject } from './limit-subject.ts'
import type {
  CallTokens,
  LimitDenial,
  LimitLease,
  LimitLevel,
  LimitRule,
  LimitStanding,
  TightestLimits,
} from './limits.ts'
import { LocalLimits } from './local-limits.ts'
import { PassingSubjects } from './passing-subjects.ts'

/** Rules by name; `*` holds for everybody who has none of their own, each for themselves. */
export type RulesByName = ReadonlyMap<string, readonly LimitRule[]>

export type LimitRules = Readonly<Partial<Record<LimitLevel, RulesByName>>>

/** Beyond so many names that a `*` stands for, newcomers have their limits in common. */
const passingMax = 10_000

interface Level {
  readonly rules: RulesByName
  readonly named: Map<string, Subject>
  readonly passing: PassingSubjects | undefined
}

/** Who calls what. */
export interface Reaching {
  readonly caller: Caller
  readonly model: string
  /** Undefined where nobody knows. */
  readonly address?: string | undefined
  /** A call of theirs makes it: its tokens count for them, and it is no further call. */
  readonly isInner?: boolean
}

export class LimitBook {
  readonly #limits = new LocalLimits()
  #levels = new Map<LimitLevel, Level>()
  /** Those over a caller whatever it calls, found once: undefined where a name may be let go of in the meantime. */
  #ofCallers: WeakMap<Caller, readonly Subject[]> | undefined

  /** No call has a limit. */
  get isEmpty(): boolean {
    return this.#levels.size === 0
  }

  /** It matters where a call comes from. */
  get hasAddresses(): boolean {
    return this.#levels.has('ip')
  }

  /** Goes by other rules from now on. */
  use(rules: LimitRules, nowMs: number): void {
    const before = this.#levels
    this.#levels = new Map()
    for (const level of levels) {
      const written = rules[level]
      if (written === undefined || written.size === 0) continue
      this.#levels.set(level, this.#level(level, written, { before: before.get(level), nowMs }))
    }
    const isLasting = callerLevels.every(([level]) => this.#levels.get(level)?.passing === undefined)
    this.#ofCallers = isLasting ? new WeakMap() : undefined
  }

  /** All that have limits over a call. */
  over(reaching: Reaching, nowMs: number): readonly Subject[] {
    const over = this.#allOver(reaching, nowMs)
    if (reaching.isInner !== true) return over
    // Of the model that it asks, it is a call like any other.
    return over.map((subject) => (subject.level === 'model' ? subject : subject.ofTokens))
  }

  #allOver({ caller, model, address }: Reaching, nowMs: number): readonly Subject[] {
    const ofCaller = this.#ofCaller(caller, nowMs)
    const ofAddress = this.#find('ip', address, nowMs)
    const ofModel = this.#find('model', model, nowMs)
    if (ofAddress === undefined && ofModel === undefined) return ofCaller
    const over = ofAddress === undefined ? [] : [ofAddress]
    for (const subject of ofCaller) over.push(subject)
    if (ofModel !== undefined) over.push(ofModel)
    return over
  }

  #ofCaller(caller: Caller, nowMs: number): readonly Subject[] {
    const known = this.#ofCallers?.get(caller)
    if (known !== undefined) return known
    const found = callerLevels.flatMap(([level, member]) => this.#find(level, caller[member], nowMs) ?? [])
    this.#ofCallers?.set(caller, found)
    return found
  }

  reserve(
    over: readonly Subject[],
    tokens: CallTokens,
    at: { readonly nowMs: number; readonly leaseMs: number },
  ): LimitLease | LimitDenial {
    const { inputTokens, outputTokens } = tokens
    return this.#limits.reserve(over, { inputTokens, outputTokens, leaseMs: at.leaseMs }, at.nowMs)
  }

  settle(lease: LimitLease, used: CallTokens, nowMs: number): void {
    this.#limits.settle(lease, used, nowMs)
  }

  refund(lease: LimitLease, nowMs: number): void {
    this.#limits.refund(lease, nowMs)
  }

  /** What is left of all limits that stand over a caller, whatever it calls. */
  standings(caller: Caller, nowMs: number): readonly LimitStanding[] {
    return this.#ofCaller(caller, nowMs).flatMap((subject) => this.#limits.standings(subject, nowMs))
  }

  /** Of all limits of each kind over a call, the one with the least left. */
  tightest(over: readonly Subject[], nowMs: number): TightestLimits {
    return this.#limits.tightest(over, nowMs)
  }

  #find(level: LimitLevel, name: string | undefined, nowMs: number): Subject | undefined {
    const known = this.#levels.get(level)
    if (known === undefined || name === undefined) return undefined
    return known.named.get(name) ?? known.passing?.find(name, nowMs)
  }

  #level(
    level: LimitLevel,
    rules: RulesByName,
    { before, nowMs }: { readonly before: Level | undefined; readonly nowMs: number },
  ): Level {
    const named = new Map<string, Subject>()
    for (const [name, own] of rules) {
      if (name === everybody) continue
      const kept = before?.named.get(name)
      if (kept !== undefined) this.#limits.change(kept, own, nowMs)
      named.set(name, kept ?? this.#limits.subject({ level, name }, own, nowMs))
    }
    const common = rules.get(everybody)
    const isSame =
      common !== undefined && JSON.stringify(before?.rules.get(everybody)) === JSON.stringify(common)
    const passing =
      common && new PassingSubjects({ limits: this.#limits, level, rules: common, subjectsMax: passingMax })
    return { rules, named, passing: isSame ? before?.passing : passing }
  }
}

const everybody = '*'
/** Whose name of a caller each level goes by. */
const callerLevels = [
  ['key', 'keyName'],
  ['user', 'user'],
  ['team', 'team'],
  ['tenant', 'tenant'],
] as const satisfies readonly (readonly [LimitLevel, keyof Caller])[]
const levels = ['ip', 'key', 'user', 'team', 'tenant', 'model'] as const satisfies readonly LimitLevel[]
