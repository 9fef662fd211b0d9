// Entries on their way to a store: they can be read at once and are written in groups soon after, so that no call waits
// for a disk. While the store fails they stay in memory, up to a bound; then the oldest are lost, and somebody is told.
import type { Clock, Timer } from '../core/clock.ts'

export interface WriteBehindParts<Entry> {
  readonly clock: Clock
  /** Writes these, all or none. */
  write(entries: readonly Entry[]): Promise<void>
  bytesOf(entry: Entry): number
  /** It does not wait any more: it has been written, replaced, taken back or lost. */
  dropped?(entry: Entry): void
  readonly watcher: WriteWatcher
}

/** Who is told how the writing goes. */
export interface WriteWatcher {
  failed(): void
  lost(number: number): void
  /** It has been failing for a second. */
  troubled(cause: unknown): void
  /** After trouble: it works again. */
  works(): void
}

interface Pending<Entry> {
  readonly entry: Entry
  readonly bytes: number
}

/** How long an entry waits for others. */
export const gatherMs = 25
/** What one write holds at most, but for a single entry that is larger: the process does nothing else meanwhile. */
export const writeBytesMax = 2 * 1024 * 1024
/** What waits in memory at most. */
export const pendingBytesMax = 64 * 1024 * 1024
const entryBytes = 500
const retryMsMax = 5_000
const troubleAfterMs = 1_000

export class WriteBehind<Entry> {
  readonly #parts: WriteBehindParts<Entry>
  /** In the order in which they came. */
  readonly #pending = new Map<string, Pending<Entry>>()
  #pendingBytes = 0
  #timer: Timer | undefined
  #writing: Promise<boolean> | undefined
  #retryMs = gatherMs
  #failingSinceMs: number | undefined
  #isTroubled = false
  #isClosed = false

  constructor(parts: WriteBehindParts<Entry>) {
    this.#parts = parts
  }

  /** From now on `get` finds it, and soon the store. One under the same key is replaced. */
  put(key: string, entry: Entry): void {
    this.#drop(key)
    const bytes = this.#parts.bytesOf(entry) + entryBytes
    this.#pending.set(key, { entry, bytes })
    this.#pendingBytes += bytes
    this.#makeRoom()
    this.#schedule(this.#retryMs)
  }

  /** What is not written yet; undefined also for what is. */
  get(key: string): Entry | undefined {
    return this.#pending.get(key)?.entry
  }

  /** Takes an entry back. When this resolves it is either in the store by now or never will be. */
  async takeBack(key: string): Promise<void> {
    this.#drop(key)
    await this.#writing
  }

  /** Writes everything now; false when the store fails. */
  async flush(): Promise<boolean> {
    while (this.#pending.size > 0) {
      if (!(await this.#writeSome())) return false
    }
    return true
  }

  /** Writes what it can, and nothing after that: what is left is lost. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#timer?.cancel()
    if (!(await this.flush())) this.#parts.watcher.lost(this.#pending.size)
  }

  #schedule(delayMs: number): void {
    if (this.#timer !== undefined || this.#isClosed) return
    this.#timer = this.#parts.clock.after(delayMs, () => {
      this.#timer = undefined
      void this.#writeSome().then(() => {
        if (this.#pending.size > 0) this.#schedule(this.#retryMs)
      })
    })
  }

  /** Whoever comes while others are being written waits for those. */
  async #writeSome(): Promise<boolean> {
    if (this.#writing !== undefined) return await this.#writing
    this.#writing = this.#writeGroup(this.#group()).finally(() => {
      this.#writing = undefined
    })
    return await this.#writing
  }

  async #writeGroup(group: ReadonlyMap<string, Pending<Entry>>): Promise<boolean> {
    try {
      await this.#parts.write([...group.values()].map(({ entry }) => entry))
    } catch (cause) {
      this.#failed(cause)
      return false
    }
    for (const [key, written] of group) {
      if (this.#pending.get(key) === written) this.#drop(key)
    }
    this.#worked()
    return true
  }

  #group(): Map<string, Pending<Entry>> {
    const group = new Map<string, Pending<Entry>>()
    let groupBytes = 0
    for (const [key, pending] of this.#pending) {
      groupBytes += pending.bytes
      if (group.size > 0 && groupBytes > writeBytesMax) break
      group.set(key, pending)
    }
    return group
  }

  #failed(cause: unknown): void {
    const { clock, watcher } = this.#parts
    watcher.failed()
    const nowMs = clock.nowMs()
    this.#failingSinceMs ??= nowMs
    this.#retryMs = Math.min(this.#retryMs * 2, retryMsMax)
    // A store that another process is writing to is busy for a moment; that is no trouble yet.
    if (this.#isTroubled || nowMs - this.#failingSinceMs < troubleAfterMs) return
    this.#isTroubled = true
    watcher.troubled(cause)
  }

  #worked(): void {
    this.#failingSinceMs = undefined
    this.#retryMs = gatherMs
    if (!this.#isTroubled) return
    this.#isTroubled = false
    this.#parts.watcher.works()
  }

  #makeRoom(): void {
    let lost = 0
    for (const key of this.#pending.keys()) {
      if (this.#pendingBytes <= pendingBytesMax || this.#pending.size === 1) break
      this.#drop(key)
      lost += 1
    }
    if (lost > 0) this.#parts.watcher.lost(lost)
  }

  #drop(key: string): void {
    const pending = this.#pending.get(key)
    if (pending === undefined) return
    this.#pending.delete(key)
    this.#pendingBytes -= pending.bytes
    this.#parts.dropped?.(pending.entry)
  }
}
