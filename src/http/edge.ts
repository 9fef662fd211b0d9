// The edge as the process sees it: which world answers, which calls are under way, and whether we are leaving.
import type { CallObserver } from '../core/call.ts'
import type { Clock } from '../core/clock.ts'
import { ShuttingDown } from '../core/errors.ts'
import { KeyEnded } from '../core/key-errors.ts'
import type { PipelineParts } from '../pipeline/pipeline.ts'
import type { CallRecord } from '../pipeline/settle.ts'
import type { Deadlines } from '../platform/deadlines.ts'
import type { ServerPeers } from '../platform/http-server.ts'
import type { ClientReader, ClientReaderParts, ClientWaits } from './client-reader.ts'
import { GoodAnswerHeaders } from './answer-headers.ts'
import type { ClientAddresses } from './client-address.ts'
import { OpenCalls } from './open-calls.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { Overload } from './overload.ts'

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
  readonly overload: Pick<Overload, 'isPressed' | 'level'>
  /** Whether it is known who may call, and still looked at. */
  readonly keyStanding: Pick<KeyRing, 'isLoaded' | 'isTroubled'>
  /** Limits and budgets in common with other gateways; undefined for one that is alone. */
  readonly shared: { readonly isLocal: boolean } | undefined
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly observer: CallObserver
}

export class Edge {
  readonly parts: EdgeParts
  readonly #calls: OpenCalls<ClientReader>
  /** Known from the first request on. */
  peers: ServerPeers | undefined
  #draining = false
  #whenIdle: (() => void) | undefined
  #world: EdgeWorld
  /** What the readers of this world's calls have in common: made once, because closures for each would keep more alive. */
  #readerParts: ClientReaderParts

  constructor(world: EdgeWorld, parts: EdgeParts) {
    this.parts = parts
    this.#calls = new OpenCalls(parts.clock)
    this.#world = world
    this.#readerParts = this.#partsFor(world)
  }

  /** The world that new calls get. */
  get world(): EdgeWorld {
    return this.#world
  }

  set world(world: EdgeWorld) {
    this.#world = world
    this.#readerParts = this.#partsFor(world)
  }

  get readerParts(): ClientReaderParts {
    return this.#readerParts
  }

  get callsInFlight(): number {
    return this.#calls.size
  }

  isDraining(): boolean {
    return this.#draining
  }

  /** Answers ask clients to come back on another connection. */
  endsConnections(): boolean {
    return this.#draining || this.parts.overload.isPressed
  }

  opened(reader: ClientReader): void {
    this.#calls.add(reader)
  }

  #closed(reader: ClientReader): void {
    this.#calls.remove(reader)
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
    for (const reader of this.#calls.all()) reader.stop(new ShuttingDown())
  }

  /** Ends the calls under way of those who may call no more; says how many. */
  expelEnded(ended: (calls: readonly CallRecord[]) => readonly CallRecord[]): number {
    const readers = this.#calls.all()
    const records = new Set(ended(readers.map(({ record }) => record)))
    for (const reader of readers) if (records.has(reader.record)) reader.expel(new KeyEnded())
    return records.size
  }

  #partsFor({ waits }: EdgeWorld): ClientReaderParts {
    return {
      ...this.parts,
      waits,
      goodHeaders: new GoodAnswerHeaders(),
      endsConnections: () => this.endsConnections(),
      keepOpen: (request) => this.peers?.keepOpen(request),
      onClosed: (reader) => this.#closed(reader),
    }
  }
}
