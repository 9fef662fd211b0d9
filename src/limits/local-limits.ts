// The limits of one process. Every call passes through here: the buckets of a subject lie ready in an array, nothing is
// looked up by name, and two passes over them make it all or none.
import { Line } from '../core/line.ts'
import type { LineLink } from '../core/line.ts'
import { Subject } from './limit-subject.ts'
import type { Bucket } from './bucket.ts'
import type { Used } from './limit-subject.ts'
import type {
  CallTokens,
  LimitDenial,
  LimitLease,
  LimitLevel,
  LimitRequest,
  LimitRule,
  Limits,
  LimitStanding,
  RateKind,
  TightestLimits,
} from './limits.ts'

/** Leases that nobody ended are looked for so often, while calls come. */
const sweepMs = 1_000

export class LocalLimits implements Limits {
  /** Grows with every change of rules. */
  #generation = 0
  /** Those that hold a place of a concurrency limit. */
  readonly #running = new Line<Lease>()
  /** No running lease expires sooner. */
  #expiryMs = Infinity

  /** Somebody with limits. Keep it: it holds what was used. */
  subject(
    whose: { readonly level: LimitLevel; readonly name: string; readonly id?: string },
    rules: readonly LimitRule[],
    nowMs: number,
  ): Subject {
    return new Subject(whose, rules, { generation: this.#generation, nowMs })
  }

  /** Other rules from now on; what was used under a rule of the same kind and time counts under the new one. */
  change(subject: Subject, rules: readonly LimitRule[], nowMs: number): void {
    this.#generation++
    subject.change(rules, { generation: this.#generation, nowMs })
  }

  reserve(subjects: readonly Subject[], request: LimitRequest, nowMs: number): LimitLease | LimitDenial {
    return this.denial(subjects, request, nowMs) ?? this.take(subjects, request, nowMs)
  }

  /** Why a call would not be let in now; undefined where it would. */
  denial(subjects: readonly Subject[], request: CallTokens, nowMs: number): LimitDenial | undefined {
    if (nowMs >= this.#expiryMs) this.#sweep(nowMs)
    for (const subject of subjects) {
      if (!subject.has(request, nowMs)) return denialOf(subjects, request, nowMs)
    }
    return undefined
  }

  /** What a call may use is used from now on, whether there is so much or not. */
  take(subjects: readonly Subject[], request: LimitRequest, nowMs: number): LimitLease {
    const expiryMs = nowMs + request.leaseMs
    let isRunning = false
    for (const subject of subjects) {
      subject.take(request, expiryMs)
      isRunning ||= subject.countsRunning
    }
    const lease = new Lease(subjects, request, { generation: this.#generation, expiryMs })
    if (isRunning) this.#run(lease)
    return lease
  }

  settle(lease: LimitLease, used: CallTokens, nowMs: number): void {
    const { inputTokens, outputTokens } = used
    this.#end(lease as Lease, { requests: 1, inputTokens, outputTokens }, nowMs)
  }

  refund(lease: LimitLease, nowMs: number): void {
    this.#end(lease as Lease, nothing, nowMs)
  }

  renew(lease: LimitLease, leaseMs: number, nowMs: number): void {
    const own = lease as Lease
    own.expiryMs = Math.max(own.expiryMs, nowMs + leaseMs)
    if (!own.isFreed || own.isOver) return
    // Its places were given away: now more are taken than there are, until somebody leaves.
    own.isFreed = false
    for (const subject of own.subjects) subject.enter(own.generation)
    this.#run(own)
  }

  /** What headers tell of all the limits over a call. */
  tightest(subjects: readonly Subject[], nowMs: number): TightestLimits {
    for (const so of looks) so.begin()
    for (const subject of subjects) {
      for (const bucket of subject.buckets) {
        if (!bucket.isOfPlaces) lookOf[bucket.kind as RateKind].see(subject, bucket, nowMs)
      }
    }
    return {
      requests: lookOf.requests.standingAt(nowMs),
      tokens: lookOf.tokens.standingAt(nowMs),
      input_tokens: lookOf.input_tokens.standingAt(nowMs),
      output_tokens: lookOf.output_tokens.standingAt(nowMs),
    }
  }

  /** All that is limited for one subject, and what is left of it. */
  standings(subject: Subject, nowMs: number): readonly LimitStanding[] {
    this.#sweep(nowMs)
    return subject.buckets.map((bucket) => standingOf(subject, bucket, nowMs))
  }

  #run(lease: Lease): void {
    lease.isRunning = true
    this.#running.add(lease)
    if (lease.expiryMs < this.#expiryMs) this.#expiryMs = lease.expiryMs
  }

  #end(lease: Lease, used: Used, nowMs: number): void {
    if (lease.isOver) return
    lease.isOver = true
    const wasRunning = lease.isRunning
    if (wasRunning) this.#running.remove(lease)
    lease.isRunning = false
    const end = { used, wasRunning }
    for (const subject of lease.subjects) subject.end(lease, end, nowMs)
  }

  #stop(lease: Lease): void {
    if (!lease.isRunning) return
    lease.isRunning = false
    this.#running.remove(lease)
    for (const subject of lease.subjects) subject.leave(lease.generation)
  }

  /** Frees the places of calls that nobody ended. Their tokens stay charged: they were probably used. */
  #sweep(nowMs: number): void {
    let expiryMs = Infinity
    for (const lease of this.#running) {
      if (lease.expiryMs <= nowMs) {
        this.#stop(lease)
        lease.isFreed = true
      } else if (lease.expiryMs < expiryMs) expiryMs = lease.expiryMs
    }
    this.#expiryMs = Math.max(expiryMs, nowMs + sweepMs)
    if (this.#running.isEmpty) this.#expiryMs = Infinity
  }
}

const nothing: Used = { requests: 0, inputTokens: 0, outputTokens: 0 }

class Lease implements LimitLease, LineLink<Lease> {
  readonly granted = true
  older: Lease | undefined = undefined
  newer: Lease | undefined = undefined
  readonly subjects: readonly Subject[]
  readonly inputTokens: number
  readonly outputTokens: number
  readonly generation: number
  expiryMs: number
  isRunning = false
  /** It ran out, and others may have its places. */
  isFreed = false
  isOver = false

  constructor(
    subjects: readonly Subject[],
    { inputTokens, outputTokens }: CallTokens,
    { generation, expiryMs }: { readonly generation: number; readonly expiryMs: number },
  ) {
    this.subjects = subjects
    this.inputTokens = inputTokens
    this.outputTokens = outputTokens
    this.generation = generation
    this.expiryMs = expiryMs
  }
}

/** Looks for the tightest limit of a kind. */
class Look {
  #least = Infinity
  #subject: Subject | undefined
  #bucket: Bucket | undefined

  begin(): void {
    this.#least = Infinity
    this.#subject = undefined
    this.#bucket = undefined
  }

  see(subject: Subject, bucket: Bucket, nowMs: number): void {
    const part = bucket.remainingAt(nowMs) / bucket.burst
    if (part >= this.#least) return
    this.#least = part
    this.#subject = subject
    this.#bucket = bucket
  }

  standingAt(nowMs: number): LimitStanding | undefined {
    return this.#subject && this.#bucket && standingOf(this.#subject, this.#bucket, nowMs)
  }
}

/** Used again for each call: looking takes no time in which another could begin. */
const lookOf: Readonly<Record<RateKind, Look>> = {
  requests: new Look(),
  tokens: new Look(),
  input_tokens: new Look(),
  output_tokens: new Look(),
}
const looks = Object.values(lookOf)

/** The limit that keeps the call waiting longest: whoever waits for it has waited for the others too. */
function denialOf(subjects: readonly Subject[], request: CallTokens, nowMs: number): LimitDenial {
  let worst: LimitDenial | undefined
  for (const subject of subjects) {
    for (const bucket of subject.buckets) {
      if (bucket.hasRoomFor(request, nowMs)) continue
      const denial = denied(subject, bucket, { request, nowMs })
      if (worst === undefined || weightOf(denial) > weightOf(worst)) worst = denial
    }
  }
  if (worst === undefined) throw new Error('a call was denied by no limit')
  return worst
}

function weightOf({ isTooLarge: isHopeless, retryAfterMs }: LimitDenial): number {
  return isHopeless ? Infinity : (retryAfterMs ?? 0)
}

function denied(
  subject: Subject,
  bucket: Bucket,
  { request, nowMs }: { readonly request: CallTokens; readonly nowMs: number },
): LimitDenial {
  const { level, name, kind, limit, perMs, remaining } = standingOf(subject, bucket, nowMs)
  const isHopeless = bucket.isTooSmallFor(request)
  const retryAfterMs =
    isHopeless || bucket.isOfPlaces ? undefined : bucket.waitMs(bucket.reckonedOf(request), nowMs)
  return { granted: false, level, name, kind, limit, perMs, remaining, retryAfterMs, isTooLarge: isHopeless }
}

function standingOf({ level, name }: Subject, bucket: Bucket, nowMs: number): LimitStanding {
  const { kind, limit, perMs } = bucket
  const remaining = bucket.remainingAt(nowMs)
  const resetMs = bucket.isOfPlaces ? 0 : bucket.waitMs(bucket.burst, nowMs)
  return { level, name, kind, limit, perMs, remaining, resetMs }
}
