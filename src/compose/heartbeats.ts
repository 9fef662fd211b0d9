// Asks providers for the list of their models, which costs nothing, to learn between calls whether they are there: one that
// answers again is tried out sooner, and a local server that is gone is found before a call does. A list is no answer of a
// model: it never says that a deployment is well, only that it is worth a call.
import type { Clock, Timer } from '../core/clock.ts'
import type { SeenDeployment } from '../http/admin/seen-deployments.ts'
import type { DeploymentHealth } from '../routing/health/deployment-health.ts'
import type { AskedList } from './ask-model-list.ts'
import type { ReadyProvider } from './provider-set.ts'

export const beatEachMs = 10_000
/** Rounds come sooner or later by up to this share, so that processes do not ask together. */
const spread = 0.2
export const beatTimeoutMs = 5_000
/** A server that was called so lately is judged by its calls. */
const idleMs = 30_000
const passesMin = 2
const failuresMin = 3

/** A provider, and what is known of its deployments. */
export interface Pulse {
  readonly provider: ReadyProvider
  readonly healths: readonly DeploymentHealth[]
}

export interface HeartbeatParts {
  readonly clock: Clock
  /** 0 to 1, 1 excluded. */
  readonly random: () => number
  /** The providers of the config in use. */
  pulses(): readonly Pulse[]
  ask(provider: ReadyProvider): Promise<AskedList>
  /** Told when one falls silent, and when it answers again. */
  changed(provider: string, to: 'answers' | 'silent'): void
}

interface Beats {
  passes: number
  failures: number
  /** Its list has been had once: what it answers to that means something. */
  hasList: boolean
  isSilent: boolean
}

export class Heartbeats {
  readonly #parts: HeartbeatParts
  #beats = new Map<string, Beats>()
  #timer: Timer | undefined
  #round = 0

  constructor(parts: HeartbeatParts) {
    this.#parts = parts
  }

  start(): void {
    const { clock, random } = this.#parts
    this.#timer = clock.after(beatEachMs * (1 - spread + 2 * spread * random()), () => {
      this.start()
      this.#beat()
    })
  }

  stop(): void {
    this.#round += 1
    this.#timer?.cancel()
  }

  #beat(): void {
    const before = this.#beats
    this.#beats = new Map()
    for (const pulse of this.#parts.pulses()) {
      const { name: called, accounts } = pulse.provider
      const name = [called, ...accounts.map(({ account }) => account)].join('\n')
      const beats = before.get(name) ?? { passes: 0, failures: 0, hasList: false, isSilent: false }
      this.#beats.set(name, beats)
      if (this.#isWorthAsking(pulse, beats)) void this.#ask(pulse, beats)
    }
  }

  /** While something of it is shut out; and where it may be gone without anybody noticing, while nobody calls. */
  #isWorthAsking({ provider, healths }: Pulse, { isSilent }: Beats): boolean {
    const { connection, heartbeat, isLocal } = provider
    if (heartbeat === 'off' || connection?.provider.paths.models === undefined) return false
    const nowMs = this.#parts.clock.nowMs()
    const isOut = healths.some((health) => {
      const standing = health.standing(nowMs)
      return standing === 'open' || standing === 'cooling'
    })
    if (isOut || isSilent) return true
    if (healths.length === 0 || !(isLocal || heartbeat === 'on')) return false
    return healths.every(({ inFlight, begunAtMs }) => inFlight === 0 && nowMs - begunAtMs > idleMs)
  }

  async #ask(pulse: Pulse, beats: Beats): Promise<void> {
    const round = this.#round
    const { status, names } = await this.#parts.ask(pulse.provider)
    // Whoever stopped meanwhile wants to hear nothing more.
    if (round !== this.#round) return
    if (names !== undefined) this.#passed(pulse, beats)
    // Where no list ever came, a refusal to give one says nothing.
    else if (status === 0 || (status >= 500 && beats.hasList)) this.#failed(pulse, beats)
    else beats.passes = beats.failures = 0
  }

  #passed({ provider, healths }: Pulse, beats: Beats): void {
    beats.hasList = true
    beats.failures = 0
    beats.passes += 1
    if (beats.passes < passesMin) return
    // The next ejection has to be ended by as many passes again: a list is cheap, and may be all that works.
    beats.passes = 0
    const nowMs = this.#parts.clock.nowMs()
    for (const health of healths) health.probeSoon(nowMs)
    if (beats.isSilent) this.#parts.changed(provider.name, 'answers')
    beats.isSilent = false
  }

  #failed({ provider, healths }: Pulse, beats: Beats): void {
    beats.passes = 0
    beats.failures += 1
    if (beats.failures < failuresMin) return
    if (!beats.isSilent) this.#parts.changed(provider.name, 'silent')
    beats.isSilent = true
    if (!provider.isLocal && provider.heartbeat !== 'on') return
    const nowMs = this.#parts.clock.nowMs()
    for (const health of healths) if (health.inFlight === 0) health.eject(nowMs, 'heartbeat')
  }
}

/** What is known of each provider's deployments. */
export function pulsesOf(
  providers: readonly ReadyProvider[],
  seen: readonly SeenDeployment[],
): readonly Pulse[] {
  return providers.map((provider) => ({
    provider,
    healths: seen
      .filter(({ place }) => place.provider === provider.name && hasAccount(provider, place.credential))
      .map(({ health }) => health),
  }))
}

function hasAccount({ accounts }: ReadyProvider, credential: string): boolean {
  return accounts.some(({ account }) => account === credential)
}
