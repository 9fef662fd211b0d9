// One who has limits, with the buckets of these in an array: what a call passes through.
import { Bucket } from './bucket.ts'
import type { CallTokens, LimitLevel, LimitRule, LimitSubject } from './limits.ts'

/** What a call really used; no request, if it was not made. */
export interface Used extends CallTokens {
  readonly requests: number
}

/** When rules came, and which of all changes of rules it was. */
export interface RulesState {
  readonly generation: number
  readonly nowMs: number
}

/** The buckets of one who has limits. */
export class Subject implements LimitSubject {
  readonly level: LimitLevel
  /** For people; a key may get another one. */
  name: string
  #id: string
  buckets: readonly Bucket[] = []
  /** One of the limits is on calls at a time. */
  countsRunning = false
  #ofTokens: Subject | undefined
  /** Calls that hold something of it, and until when the last of them is believed to run. */
  #open = 0
  #openUntilMs = 0

  constructor(
    { level, name, id = name }: LimitSubject & { readonly id?: string },
    rules: readonly LimitRule[],
    state: RulesState,
  ) {
    this.level = level
    this.name = name
    this.#id = id
    this.change(rules, state)
  }

  /** What tells it from all others of its level. */
  get id(): string {
    return this.#id
  }

  set id(id: string) {
    this.#id = id
    if (this.#ofTokens !== undefined) this.#ofTokens.id = id
  }

  change(rules: readonly LimitRule[], { generation, nowMs }: RulesState): void {
    const left = new Set(this.buckets)
    this.buckets = rules.map((rule) => {
      const kept = [...left].find(({ kind, perMs }) => kind === rule.kind && perMs === rule.perMs)
      if (kept === undefined) return new Bucket(rule, generation, nowMs)
      left.delete(kept)
      kept.levelAt(nowMs)
      kept.change(rule, generation)
      return kept
    })
    this.countsRunning = this.buckets.some(({ isOfPlaces }) => isOfPlaces)
    if (this.#ofTokens !== undefined) this.#ofTokens.buckets = this.buckets.filter(countsTokens)
  }

  /** The same without what counts calls: what stands over a call that one of its calls makes. */
  get ofTokens(): Subject {
    if (this.#ofTokens === undefined) {
      this.#ofTokens = new Subject(this, [], { generation: 0, nowMs: 0 })
      this.#ofTokens.buckets = this.buckets.filter(countsTokens)
    }
    return this.#ofTokens
  }

  has(request: CallTokens, nowMs: number): boolean {
    for (const bucket of this.buckets) {
      if (!bucket.hasRoomFor(request, nowMs)) return false
    }
    return true
  }

  take(request: CallTokens, untilMs: number): void {
    this.#open++
    if (untilMs > this.#openUntilMs) this.#openUntilMs = untilMs
    for (const bucket of this.buckets) {
      if (bucket.isOfPlaces) bucket.inFlight++
      else bucket.take(bucket.reckonedOf(request))
    }
  }

  /** What was used takes the place of what was taken, and a place of a call that still ran is free. */
  end(
    lease: CallTokens & { readonly generation: number },
    { used, wasRunning }: { readonly used: Used; readonly wasRunning: boolean },
    nowMs: number,
  ): void {
    this.#open--
    for (const bucket of this.buckets) {
      if (bucket.generation > lease.generation) continue
      if (!bucket.isOfPlaces) {
        bucket.correct(bucket.takenBy(lease), bucket.amountOf(used, used.requests), nowMs)
      } else if (wasRunning) bucket.inFlight--
    }
  }

  enter(generation: number): void {
    for (const bucket of this.buckets) {
      if (bucket.isOfPlaces && bucket.generation <= generation) bucket.inFlight++
    }
  }

  leave(generation: number): void {
    for (const bucket of this.buckets) {
      if (bucket.isOfPlaces && bucket.generation <= generation) bucket.inFlight--
    }
  }

  /** As if nobody had ever come: nothing is used, and no call is under way that may still use something. */
  isUntouched(nowMs: number): boolean {
    const inner = this.#ofTokens
    if (this.#isOpenAt(nowMs) || (inner !== undefined && inner.#isOpenAt(nowMs))) return false
    return this.buckets.every((bucket) => bucket.isUntouched(nowMs))
  }

  #isOpenAt(nowMs: number): boolean {
    return this.#open > 0 && nowMs < this.#openUntilMs
  }
}

function countsTokens({ kind, isOfPlaces }: Bucket): boolean {
  return kind !== 'requests' && !isOfPlaces
}
