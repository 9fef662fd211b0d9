// Whether a deployment seems to hang: streams wait, and no first content has come to any of them for far longer than
// is usual. Seen long before a timeout fires; content clears it. Answers that are not streamed are not waited for here:
// nothing can be seen of them before they are whole. What other gateways say makes it suspect too, for a while and not again
// at once: content that came here is worth more.
import type { SuspicionSettings } from './health-settings.ts'
import type { Speed } from './speed.ts'

export class Suspicion {
  readonly #settings: SuspicionSettings
  readonly #speed: Speed
  #waiting = 0
  #quietSinceMs = 0
  #idleSinceMs = 0
  #isSuspect = false
  #heardUntilMs = Number.NEGATIVE_INFINITY
  #deafUntilMs = Number.NEGATIVE_INFINITY

  constructor(settings: SuspicionSettings, speed: Speed) {
    this.#settings = settings
    this.#speed = speed
  }

  /** A stream was asked for. */
  wait(nowMs: number): void {
    if (this.#waiting === 0) this.#quietSinceMs = nowMs
    this.#waiting += 1
  }

  /** One of those that waited does so no more. */
  leave(nowMs: number): void {
    this.#waiting -= 1
    if (this.#waiting === 0) this.#idleSinceMs = nowMs
  }

  /** Something came from the deployment: it does not hang. */
  content(nowMs: number): void {
    this.#quietSinceMs = nowMs
    this.#isSuspect = false
    this.forgetHearsay()
  }

  /** Somebody else has found it sick, for so long at most. */
  hear(nowMs: number, forMs: number): void {
    const { hearsayMsMax, hearsayEveryMs } = this.#settings
    if (nowMs < this.#deafUntilMs) return
    this.#deafUntilMs = nowMs + hearsayEveryMs
    this.#heardUntilMs = nowMs + Math.min(forMs, hearsayMsMax)
  }

  /** Only what others say speaks against it. */
  isHearsay(nowMs: number): boolean {
    return !this.#isSuspect && nowMs < this.#heardUntilMs
  }

  forgetHearsay(): void {
    this.#heardUntilMs = Number.NEGATIVE_INFINITY
  }

  /** Forgets who waits; they must not leave any more. */
  forget(): void {
    this.#waiting = 0
    this.#isSuspect = false
    this.forgetHearsay()
  }

  isSuspect(nowMs: number): boolean {
    if (this.#isSuspect) this.#isSuspect = !this.#hasLapsed(nowMs)
    else if (this.#waiting >= this.#settings.waitingMin) this.#isSuspect = this.#isTooQuiet(nowMs)
    return this.#isSuspect || nowMs < this.#heardUntilMs
  }

  #hasLapsed(nowMs: number): boolean {
    return this.#waiting === 0 && nowMs - this.#idleSinceMs >= this.#settings.lapseMs
  }

  #isTooQuiet(nowMs: number): boolean {
    const { quietMinMs, quietUnknownMs, firstTokenFactor, samplesMin } = this.#settings
    const quietMs = nowMs - this.#quietSinceMs
    if (quietMs < quietMinMs) return false
    const usual = this.#speed.firstTokenMs(nowMs)
    if (usual === undefined || usual.count < samplesMin) return quietMs >= quietUnknownMs
    return quietMs >= firstTokenFactor * usual.p99
  }
}
