// Whose limits stand over a call: those of the config by the names of keys, users, teams, tenants and models, found once for
// each caller and then at hand. What was used outlives a config.
import type { Caller } from '../core/caller.ts'
import { networkOf } from '../core/network-of.ts'
import { LevelLimits } from './level-limits.ts'
import { callerLevels, limitedOf } from './limited.ts'
import type { ByName } from './limited.ts'
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

export type RulesByName = ByName<LimitRule>
export type LimitRules = Readonly<Partial<Record<LimitLevel, RulesByName>>>

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
  #levels = new Map<LimitLevel, LevelLimits>()
  /** Those over a caller whatever it calls, found once. */
  #ofCallers = new WeakMap<Caller, readonly Subject[]>()

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
    this.#forgetCallers()
    for (const level of levels) {
      const written = rules[level]
      if (written === undefined || written.size === 0) continue
      const known = before.get(level) ?? this.#newLevel(level)
      known.use(written, nowMs)
      this.#levels.set(level, known)
    }
  }

  #newLevel(level: LimitLevel): LevelLimits {
    // Addresses and models are looked for anew with each call.
    const isOfCallers = callerLevels.some((known) => known === level)
    const forgotten = isOfCallers ? () => this.#forgetCallers() : () => {}
    return new LevelLimits({ limits: this.#limits, level, forgotten })
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
    const ofAddress = address === undefined ? undefined : this.#find('ip', networkOf(address), nowMs)
    const ofModel = this.#find('model', model, nowMs)
    if (ofAddress === undefined && ofModel === undefined) return ofCaller
    const over = ofAddress === undefined ? [] : [ofAddress]
    for (const subject of ofCaller) over.push(subject)
    if (ofModel !== undefined) over.push(ofModel)
    return over
  }

  #ofCaller(caller: Caller, nowMs: number): readonly Subject[] {
    const known = this.#ofCallers.get(caller)
    if (known !== undefined) return known
    let isLasting = true
    const found = callerLevels.flatMap((level) => {
      const limits = this.#levels.get(level)
      const limited = limitedOf(level, caller)
      if (limits === undefined || limited === undefined) return []
      const subject = limits.find(limited, nowMs)
      // Who shares limits for want of room asks anew.
      isLasting &&= !limits.isCrowdedFor(limited)
      return subject ?? []
    })
    // Last of all, because to find somebody may be to let go of somebody else.
    if (isLasting) this.#ofCallers.set(caller, found)
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

  #find(level: 'ip' | 'model', name: string, nowMs: number): Subject | undefined {
    return this.#levels.get(level)?.find({ name, id: name }, nowMs)
  }

  #forgetCallers(): void {
    this.#ofCallers = new WeakMap()
  }
}

const levels = ['ip', ...callerLevels, 'model'] as const satisfies readonly LimitLevel[]
