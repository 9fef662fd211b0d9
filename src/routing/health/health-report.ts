// A deployment's health for people: plain JSON, made when somebody looks.
import type { Percentiles } from '../../core/health.ts'
import type { ChangeReason, Standing } from './standing.ts'

export interface HealthReport {
  readonly state: Standing
  /** Why it came to stand so; null if it never changed. */
  readonly reason: ChangeReason | null
  /** Milliseconds until it may be asked again; 0 if that depends on no time. */
  readonly untilMs: number
  /** Ejections that are not forgiven yet: each doubles the next. */
  readonly ejections: number
  /** Of its weight, what it gets now. */
  readonly share: number
  /** Of the calls in the window that say something. */
  readonly window: {
    readonly calls: number
    readonly failures: number
    readonly failuresInRow: number
    readonly success: number
  }
  readonly throttle: { readonly calls: number; readonly accepts: number; readonly refusedShare: number }
  readonly inFlight: number
  /** Null where nothing bounds it. */
  readonly limit: number | null
  /** Null without samples. */
  readonly firstTokenMs: Percentiles | null
  readonly tokensPerSecond: Percentiles | null
}
