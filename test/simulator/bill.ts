// The simulator's own bill: one entry for every attempt that it served, whatever became of it. It is the
// oracle's half of the comparison with a gateway's ledger, so it counts what was written to the socket, not
// what was meant.
import type { UsageSent } from './usage-numbers.ts'

/**
 * `done`: everything was written. `error`: an error answer or error event was. `cut` and `reset`: the
 * simulator broke it off. `aborted-by-client`: the client closed first. `shutdown`: the simulator was
 * stopped. `open`: not over.
 */
export type Finish = 'open' | 'done' | 'error' | 'cut' | 'reset' | 'aborted-by-client' | 'shutdown'

/** Times are milliseconds since the epoch, with fractions; null for what did not happen. */
export interface BillEntry {
  /** From `x-client-request-id`; `unnamed-N` without one. */
  readonly attemptId: string
  /** The key as it was sent. */
  readonly key: string
  readonly endpoint: 'chat' | 'embeddings' | 'messages' | 'generate' | 'responses' | 'ollama'
  readonly model: string
  readonly stream: boolean
  readonly inputTokens: number
  /** Written to the socket so far. */
  readonly outputTokens: number
  readonly status: number
  readonly finish: Finish
  /** The numbers that the client was sent, once they are on the wire. */
  readonly usageSent: UsageSent | null
  readonly receivedAtMs: number
  readonly headAtMs: number | null
  readonly firstEventAtMs: number | null
  readonly endedAtMs: number | null
  /** When the client's closing was noticed, if it closed before the answer's end. */
  readonly clientClosedAtMs: number | null
}

type Writable = { -readonly [K in keyof BillEntry]: BillEntry[K] }

/** Writes down one attempt while it is served. */
export class BillLine {
  readonly #entry: Writable
  readonly #ended: (entry: BillEntry) => void

  constructor(entry: Writable, ended: (entry: BillEntry) => void) {
    this.#entry = entry
    this.#ended = ended
  }

  headSent(status: number): void {
    this.#entry.status = status
    this.#entry.headAtMs ??= nowMs()
  }

  /** Something of the body is on the wire. */
  sent(tokens: number, usage: UsageSent | undefined): void {
    this.#entry.firstEventAtMs ??= nowMs()
    this.#entry.outputTokens += tokens
    if (usage !== undefined) this.#entry.usageSent = usage
  }

  /** Only the first end counts. */
  end(finish: Finish, clientClosedAtMs: number | null = null): void {
    if (this.#entry.finish !== 'open') return
    this.#entry.finish = finish
    this.#entry.endedAtMs = nowMs()
    this.#entry.clientClosedAtMs = clientClosedAtMs
    this.#ended(this.#entry)
  }
}

export type BillOpening = Pick<
  BillEntry,
  'attemptId' | 'key' | 'endpoint' | 'model' | 'stream' | 'inputTokens' | 'receivedAtMs'
>

export class Bill {
  readonly #entries: BillEntry[] = []
  readonly #write: (step: 'begin' | 'end', entry: BillEntry) => void
  readonly #waiting = new Set<(entry: BillEntry) => void>()

  constructor(write: (step: 'begin' | 'end', entry: BillEntry) => void) {
    this.#write = write
  }

  /** All attempts in the order in which they came. The entries are live. */
  get entries(): readonly BillEntry[] {
    return this.#entries
  }

  open(opening: BillOpening): BillLine {
    const entry: Writable = {
      ...opening,
      outputTokens: 0,
      status: 0,
      finish: 'open',
      usageSent: null,
      headAtMs: null,
      firstEventAtMs: null,
      endedAtMs: null,
      clientClosedAtMs: null,
    }
    this.#entries.push(entry)
    this.#write('begin', entry)
    return new BillLine(entry, (ended) => {
      this.#write('end', ended)
      for (const look of this.#waiting) look(ended)
    })
  }

  /** The first attempt that has ended and passes, now or later. */
  waitFor(passes: (entry: BillEntry) => boolean): Promise<BillEntry> {
    const found = this.#entries.find((entry) => entry.finish !== 'open' && passes(entry))
    if (found !== undefined) return Promise.resolve(found)
    return new Promise((resolve) => {
      const look = (entry: BillEntry): void => {
        if (!passes(entry)) return
        this.#waiting.delete(look)
        resolve(entry)
      }
      this.#waiting.add(look)
    })
  }
}

/**
 * Wall time that does not step back within a process, so that two processes on one machine can be compared.
 */
export function nowMs(): number {
  return performance.timeOrigin + performance.now()
}
