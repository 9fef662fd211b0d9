// How old the credentials are that providers are called with, and which of them are due for a change. A store says since
// when it has one; of all others is known since when this gateway has.
import type { Clock, Timer } from '../core/clock.ts'

/** A credential that a config uses. */
export interface UsedCredential {
  readonly provider: string
  /** The name of its secret. */
  readonly secret: string
  /** A fingerprint of the place and the credential. */
  readonly account: string
  /** Wall clock; since when its store has had it. Undefined where nobody says so. */
  readonly sinceMs: number | undefined
}

/** Since when accounts are known, by their fingerprints. To lose it makes credentials look younger. */
export interface FirstSeenStore {
  read(): Readonly<Record<string, number>>
  write(seen: Readonly<Record<string, number>>): void
}

export interface CredentialAge extends Omit<UsedCredential, 'sinceMs'> {
  readonly sinceMs: number
  readonly ageMs: number
  readonly isDue: boolean
}

export interface CredentialAgesParts {
  readonly clock: Clock
  readonly firstSeen: FirstSeenStore
  /** Told when a credential falls due, and every day on which it is. */
  onDue(age: CredentialAge): void
}

const lookEveryMs = 600_000
const dayMs = 86_400_000
/** Accounts that no config uses any more are remembered so long: they may come back. */
const forgetAfterMs = 30 * dayMs

export class CredentialAges {
  readonly #parts: CredentialAgesParts
  #used: readonly UsedCredential[] = []
  #maxAgeMs = Infinity
  #seen: Map<string, number> | undefined
  readonly #toldAtMs = new Map<string, number>()
  #timer: Timer | undefined

  constructor(parts: CredentialAgesParts) {
    this.#parts = parts
  }

  /** Takes over a config. `maxAgeMs` is Infinity where nothing falls due. */
  use(used: readonly UsedCredential[], maxAgeMs: number): void {
    this.#used = used
    this.#maxAgeMs = maxAgeMs
    this.#noteNew()
    this.#look()
  }

  start(): void {
    this.#timer = this.#parts.clock.after(lookEveryMs, () => {
      this.#look()
      this.start()
    })
  }

  stop(): void {
    this.#timer?.cancel()
  }

  /** As they are just now. */
  readings(): readonly CredentialAge[] {
    const nowMs = this.#parts.clock.wallMs()
    return this.#used.map(({ sinceMs: said, ...used }) => {
      const sinceMs = said ?? this.#seen?.get(used.account) ?? nowMs
      // A clock may have been put back.
      const ageMs = Math.max(0, nowMs - sinceMs)
      return { ...used, sinceMs, ageMs, isDue: ageMs >= this.#maxAgeMs }
    })
  }

  #noteNew(): void {
    const { firstSeen, clock } = this.#parts
    const unsaid = this.#used.filter(({ sinceMs }) => sinceMs === undefined)
    if (unsaid.length === 0) return
    this.#seen ??= new Map(Object.entries(firstSeen.read()))
    const seen = this.#seen
    const fresh = unsaid.filter(({ account }) => !seen.has(account))
    if (fresh.length === 0) return
    const nowMs = clock.wallMs()
    for (const { account } of fresh) seen.set(account, nowMs)
    const inUse = new Set(this.#used.map(({ account }) => account))
    for (const [account, atMs] of seen) {
      if (!inUse.has(account) && nowMs - atMs > Math.max(forgetAfterMs, this.#rememberedMs()))
        seen.delete(account)
    }
    firstSeen.write(Object.fromEntries(seen))
  }

  #rememberedMs(): number {
    return Number.isFinite(this.#maxAgeMs) ? this.#maxAgeMs * 2 : 365 * dayMs
  }

  #look(): void {
    const nowMs = this.#parts.clock.wallMs()
    for (const age of this.readings()) {
      if (!age.isDue) this.#toldAtMs.delete(age.account)
      else if (nowMs - (this.#toldAtMs.get(age.account) ?? -Infinity) >= dayMs) {
        this.#toldAtMs.set(age.account, nowMs)
        this.#parts.onDue(age)
      }
    }
  }
}
