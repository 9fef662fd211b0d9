// Bodies on their way to where they are kept: which calls' are, how they are masked, and their writing, which no call waits
// for. While they are off nothing of this is asked.
import type { Clock, Timer } from '../core/clock.ts'
import { WriteBehind } from '../store/write-behind.ts'
import type { GatheredTexts } from './gathered-texts.ts'
import type { BodiesObserver, BodyFilter, BodyStore, KeptBody } from './ports.ts'
import type { BodiesSettings } from './settings.ts'

export interface BodiesParts {
  readonly store: BodyStore
  readonly clock: Clock
  readonly observer: BodiesObserver
  /** 0 to 1, 1 excluded. */
  readonly random: () => number
}

/** What is known of a call besides what was said. */
export type BodyFacts = Omit<KeptBody, 'prompt' | 'answer' | 'isCut' | 'atMs' | 'expiresAtMs'>

/** What was said in it. */
export interface BodyTexts {
  readonly prompt: GatheredTexts
  readonly answer: GatheredTexts
}

/** At a start there is other work. */
export const firstSweepMs = 30_000
export const nextSweepMs = 60_000
/** Each step holds up everything else in the process. */
export const sweepEachStep = 100
const nextStepMs = 200

export class Bodies {
  readonly #parts: BodiesParts
  readonly #writes: WriteBehind<KeptBody>
  #timer: Timer | undefined
  #isStopped = false

  constructor(parts: BodiesParts) {
    const { store, clock, observer } = parts
    this.#parts = parts
    this.#writes = new WriteBehind<KeptBody>({
      clock,
      write: async (bodies) => {
        await store.keep(bodies)
        observer.counted('stored', bodies.length)
      },
      bytesOf: ({ prompt, answer }) => bytesOf(prompt) + bytesOf(answer),
      watcher: {
        failed: () => observer.counted('write_failed', 1),
        lost: (number) => observer.counted('lost', number),
        troubled: (cause) => observer.writingTroubled(cause),
        works: () => observer.writingWorks(),
      },
    })
  }

  /** Whether this call is one of those that are kept. */
  draws({ sample }: BodiesSettings): boolean {
    return sample >= 1 || this.#parts.random() < sample
  }

  /** Keeps what was said in a call. Never throws, and nobody waits for it. */
  keep(facts: BodyFacts, { prompt, answer }: BodyTexts, { mask, retention }: BodiesSettings): void {
    const atMs = this.#parts.clock.wallMs()
    const masks = mask === 'off' ? [] : mask
    const kept = { prompt: prompt.kept(masks), answer: answer.kept(masks) }
    const isCut = prompt.isCut || answer.isCut
    this.#writes.put(facts.callId, { ...facts, ...kept, isCut, atMs, expiresAtMs: atMs + retention })
  }

  /** Makes them unreadable, those that still wait to be written too. Rejects while the store fails. */
  async erase(filter: BodyFilter): Promise<number> {
    await this.#writes.flush()
    return await this.#parts.store.erase(filter)
  }

  /** Begins to forget what has expired, also where nothing new is kept any more. */
  start(): void {
    this.#sweepAfter(firstSweepMs)
  }

  /** Writes what is pending. */
  /** Writes what is pending now, as far as the store takes it. */
  async flush(): Promise<void> {
    await this.#writes.flush()
  }

  async close(): Promise<void> {
    this.#isStopped = true
    this.#timer?.cancel()
    await this.#writes.close()
  }

  #sweepAfter(delayMs: number): void {
    if (this.#isStopped) return
    this.#timer = this.#parts.clock.after(delayMs, () => {
      void this.#sweep().then(
        (isMore) => this.#sweepAfter(isMore ? nextStepMs : nextSweepMs),
        // The store is busy or away; it is tried again, and nobody is shown what has expired.
        () => this.#sweepAfter(nextSweepMs),
      )
    })
  }

  /** Whether there is more to forget. */
  async #sweep(): Promise<boolean> {
    const { store, clock, observer } = this.#parts
    const forgotten = await store.forgetBefore(clock.wallMs(), sweepEachStep)
    if (forgotten > 0) observer.counted('forgotten', forgotten)
    return forgotten === sweepEachStep
  }
}

function bytesOf(texts: readonly { readonly text: string }[]): number {
  return texts.reduce((sum, { text }) => sum + text.length * 2, 0)
}
