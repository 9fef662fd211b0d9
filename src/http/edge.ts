// The edge as the process sees it: which world answers, which calls are under way, and whether we are leaving.
import type { CallObserver } from '../core/call.ts'
import type { Clock } from '../core/clock.ts'
import { ShuttingDown } from '../core/errors.ts'
import type { PipelineParts } from '../pipeline/pipeline.ts'
import type { Deadlines } from '../platform/deadlines.ts'
import type { ClientReader, ClientWaits } from './client-reader.ts'
import { Departures } from './departures.ts'
import type { ClientAddresses } from './client-address.ts'

/** One config's worth of edge: swapped as a whole on reload. */
export interface EdgeWorld {
  readonly pipeline: PipelineParts
  readonly generation: number
  readonly bodyBytesMax: number
  readonly waits: ClientWaits
  readonly addresses: ClientAddresses
  /** Origins that browsers may call from; empty for none. */
  readonly corsOrigins: readonly string[]
}

export interface EdgeParts {
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly observer: CallObserver
}

export class Edge {
  readonly parts: EdgeParts
  readonly departures: Departures
  readonly #calls = new Set<ClientReader>()
  #draining = false
  #whenIdle: (() => void) | undefined
  /** The world that new calls get. */
  world: EdgeWorld

  constructor(world: EdgeWorld, parts: EdgeParts) {
    this.world = world
    this.parts = parts
    this.departures = new Departures(parts.clock)
  }

  get callsInFlight(): number {
    return this.#calls.size
  }

  isDraining(): boolean {
    return this.#draining
  }

  opened(reader: ClientReader): void {
    this.#calls.add(reader)
  }

  closed(reader: ClientReader): void {
    this.#calls.delete(reader)
    if (this.#calls.size === 0) this.#whenIdle?.()
  }

  /** From now on readiness says no, and answers ask clients to open a new connection. */
  beginDrain(): void {
    this.#draining = true
  }

  /** Resolves when no call is under way. */
  idle(): Promise<void> {
    if (this.#calls.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#whenIdle = resolve
    })
  }

  /**
   * Ends the calls that are still under way with a typed error, settled with what was seen of them. The second time it
   * closes those whose clients have not taken that yet.
   */
  stopAll(): void {
    for (const reader of this.#calls) reader.stop(new ShuttingDown())
  }
}
