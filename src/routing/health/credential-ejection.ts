// A deployment whose credential was refused is out until somebody says that it works again, or a call proves it: one
// is tried a day later. Calls that began before a change say nothing of what holds after it.
import type { HealthSettings } from './health-settings.ts'

export class CredentialEjection {
  readonly #settings: HealthSettings
  #isEjected = false
  #changes = 0
  #probeAtMs = 0

  constructor(settings: HealthSettings) {
    this.#settings = settings
  }

  get isEjected(): boolean {
    return this.#isEjected
  }

  /** Rises whenever the credential is refused or works again. */
  get changes(): number {
    return this.#changes
  }

  /** Stands as another one of the same deployment does. */
  takeOver(before: CredentialEjection): void {
    this.#probeAtMs = before.#probeAtMs
    this.#set(before.#isEjected)
  }

  /** Milliseconds until a call may try it out. */
  probeInMs(nowMs: number): number {
    return Math.max(0, this.#probeAtMs - nowMs)
  }

  refuse(nowMs: number): void {
    this.#probeAtMs = nowMs + this.#settings.credentialProbeMs
    this.#set(true)
  }

  restore(): void {
    this.#set(false)
  }

  /** A call tries it out; if that finds out nothing, the next one soon may. */
  tryOut(nowMs: number): void {
    if (nowMs >= this.#probeAtMs) this.#probeAtMs = nowMs + this.#settings.probeLeaseMs
  }

  #set(isEjected: boolean): void {
    if (this.#isEjected === isEjected) return
    this.#isEjected = isEjected
    this.#changes += 1
  }
}
