// One who has limits, with the buckets of these in an array: what a call passes through. And how much of a limit a call
// is reckoned to need.
import { Bucket } from './bucket.ts'
import type { CallTokens, LimitKind, LimitLevel, LimitRule, LimitSubject } from './limits.ts'

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
  readonly name: string
  buckets: readonly Bucket[] = []
  /** One of the limits is on calls at a time. */
  countsRunning = false
  #ofTokens: Subject | undefined

  constructor({ level, name }: LimitSubject, rules: readonly LimitRule[], state: RulesState) {
    this.level = level
    this.name = name
    this.change(rules, state)
  }

  change(rules: readonly LimitRule[], { generation, nowMs }: RulesState): void {
    const left = new Set(this.buckets)
    this.buckets = rules.map((rule) => {
      const kept = [...left].find(({ kind, perMs }) => kind === rule.kind && perMs === rule.perMs)
      if (kept === undefined) return new Bucket(rule, generation, nowMs)
      left.delete(kept)
      kept.levelAt(nowMs)
      kept.change(rule)
      return kept
    })
    this.countsRunning = this.buckets.some(({ kind }) => kind === 'concurrency')
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
      if (!hasRoom(bucket, request, nowMs)) return false
    }
    return true
  }

  take(request: CallTokens): void {
    for (const bucket of this.buckets) {
      if (bucket.kind === 'concurrency') bucket.inFlight++
      else bucket.take(Math.min(amountOf(bucket.kind, request, 1), bucket.burst))
    }
  }

  /** What was used takes the place of what was taken, and a place of a call that still ran is free. */
  end(
    lease: CallTokens & { readonly generation: number },
    { used, wasRunning }: { readonly used: Used; readonly wasRunning: boolean },
    nowMs: number,
  ): void {
    for (const bucket of this.buckets) {
      if (bucket.generation > lease.generation) continue
      if (bucket.kind === 'concurrency') {
        if (wasRunning) bucket.inFlight--
        continue
      }
      const taken = Math.min(amountOf(bucket.kind, lease, 1), bucket.burst)
      bucket.correct(taken, amountOf(bucket.kind, used, used.requests), nowMs)
    }
  }

  enter(generation: number): void {
    for (const bucket of this.buckets) {
      if (bucket.kind === 'concurrency' && bucket.generation <= generation) bucket.inFlight++
    }
  }

  leave(generation: number): void {
    for (const bucket of this.buckets) {
      if (bucket.kind === 'concurrency' && bucket.generation <= generation) bucket.inFlight--
    }
  }

  isUntouched(nowMs: number): boolean {
    return this.buckets.every((bucket) => bucket.isUntouched(nowMs))
  }
}

function countsTokens({ kind }: Bucket): boolean {
  return kind !== 'requests' && kind !== 'concurrency'
}

/**
 * How much of a limit a call is reckoned to need. The output is only a guess, so that a call whose guess is larger than
 * the burst waits for a full bucket, and the rest becomes a debt when it is known; input that is larger never fits.
 */
export function amountOf(kind: LimitKind, tokens: CallTokens, requests: number): number {
  switch (kind) {
    case 'requests':
      return requests
    case 'input_tokens':
      return tokens.inputTokens
    case 'output_tokens':
      return tokens.outputTokens
    case 'tokens':
      return tokens.inputTokens + tokens.outputTokens
    case 'concurrency':
      return 1
  }
}

export function hasRoom(bucket: Bucket, request: CallTokens, nowMs: number): boolean {
  if (bucket.kind === 'concurrency') return bucket.inFlight < bucket.limit
  if (isTooLarge(bucket, request)) return false
  const amount = amountOf(bucket.kind, request, 1)
  return bucket.has(amount < bucket.burst ? amount : bucket.burst, nowMs)
}

export function isTooLarge({ kind, burst }: Bucket, { inputTokens }: CallTokens): boolean {
  return inputTokens > burst && (kind === 'input_tokens' || kind === 'tokens')
}
