// How endpoints stand, as all processes that send to them know it together: what one has learnt is in the store before anybody
// goes by it, and the others look there before they send.
import type { Clock } from '../core/clock.ts'
import { afterFailure, EndpointState, freshStanding } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'
import type { DeliveryStore, EndpointStanding } from './ports.ts'

export interface StandingsParts {
  readonly clock: Clock
  readonly store: Pick<DeliveryStore, 'standings' | 'changeStanding'>
  /** 0 to 1, 1 excluded. */
  random(): number
  /** The store cannot be written. */
  notKept(cause: unknown): void
}

export class Standings {
  readonly #parts: StandingsParts
  readonly #states = new Map<string, EndpointState>()
  #known: ReadonlyMap<string, EndpointStanding> = new Map()

  constructor(parts: StandingsParts) {
    this.#parts = parts
  }

  get(name: string): EndpointState | undefined {
    return this.#states.get(name)
  }

  /** By name. */
  states(): ReadonlyMap<string, EndpointState> {
    return this.#states
  }

  /** Goes by another config from now on. */
  use(endpoints: readonly Endpoint[]): void {
    const before = new Map(this.#states)
    this.#states.clear()
    for (const endpoint of endpoints) {
      const known = before.get(endpoint.name)
      const isSame = known?.endpoint.url === endpoint.url
      const state = isSame ? known : new EndpointState(endpoint)
      state.endpoint = endpoint
      this.#states.set(endpoint.name, state)
      if (!isSame) this.#stand(state, this.#known.get(endpoint.name))
    }
  }

  /** Looks what others have learnt. Rejects when the store cannot be read. */
  async learn(): Promise<void> {
    const kept = await this.#parts.store.standings()
    this.#known = new Map(kept.map((standing) => [standing.name, standing]))
    for (const [name, state] of this.#states) this.#stand(state, this.#known.get(name))
  }

  /** It has failed once more: how it stands now, and whether it is this failure that disables it. */
  async failed(
    state: EndpointState,
    status: number | null,
  ): Promise<{ readonly standing: EndpointStanding; readonly isDisabledNow: boolean }> {
    const atMs = this.#parts.clock.wallMs()
    const { before, after } = await this.#change(state, (kept) => afterFailure(kept, { status, atMs }))
    return { standing: after, isDisabledNow: before.disabledBecause === '' && after.disabledBecause !== '' }
  }

  /** Nothing is held against it any more. */
  async beginAnew(state: EndpointState): Promise<void> {
    await this.#change(state, () => freshStanding(state.endpoint))
  }

  /** Where that cannot be written it is so for this process, until somebody can look. */
  async #change(
    state: EndpointState,
    change: (before: EndpointStanding) => EndpointStanding,
  ): Promise<{ readonly before: EndpointStanding; readonly after: EndpointStanding }> {
    const { store, notKept } = this.#parts
    const { endpoint } = state
    let before = state.standing
    let after = change(before)
    this.#stand(state, after)
    try {
      after = await store.changeStanding(endpoint.name, (kept) => {
        before = kept?.url === endpoint.url ? kept : freshStanding(endpoint)
        return change(before)
      })
      this.#stand(state, after)
    } catch (cause) {
      notKept(cause)
    }
    return { before, after }
  }

  #stand(state: EndpointState, standing: EndpointStanding | undefined): void {
    const { clock, random } = this.#parts
    state.stand(standing, { atMs: clock.wallMs(), random })
  }
}
