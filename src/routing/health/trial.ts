// One call on one deployment, from the moment it is about to be sent. The deployment is told of its first content and,
// exactly once, of its end, whatever ended it.
import type { Trial, Verdict } from '../../core/health.ts'

/** Who is told. */
export interface TrialOwner {
  firstContent(trial: OpenTrial, nowMs: number): void
  end(trial: OpenTrial, nowMs: number, verdict: Verdict): void
}

/** A trial as its deployment sees it. */
export class OpenTrial implements Trial {
  readonly #owner: TrialOwner
  readonly begunAtMs: number
  readonly era: number
  /** It tries out a deployment that is half open. */
  isProbe = false
  /** First content is expected of it. */
  isStreamed = true
  /** Its success has been counted already. */
  isCounted = false
  firstAtMs: number | undefined = undefined
  outputTokens = 0
  #isOver = false

  constructor(owner: TrialOwner, begunAtMs: number, era: number) {
    this.#owner = owner
    this.begunAtMs = begunAtMs
    this.era = era
  }

  firstContent(nowMs: number): void {
    if (this.#isOver || this.firstAtMs !== undefined) return
    this.#owner.firstContent(this, nowMs)
    this.firstAtMs = nowMs
  }

  end(nowMs: number, verdict: Verdict, outputTokens = 0): void {
    if (this.#isOver) return
    this.#isOver = true
    this.outputTokens = outputTokens
    this.#owner.end(this, nowMs, verdict)
  }
}
