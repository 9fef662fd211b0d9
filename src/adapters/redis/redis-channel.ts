// Words between gateways by a channel of Redis. Hearing takes a connection of its own; what is said goes by the one that is
// there anyway. A flood of words is cut off on both sides: each of them makes work, and none of them is needed.
import type { Channel, Topic } from '../../core/channel.ts'
import type { Clock, Timer } from '../../core/clock.ts'
import { RedisConnection } from './redis-connection.ts'
import type { RedisConnectionParts } from './redis-connection.ts'

export interface RedisChannelParts extends Pick<RedisConnectionParts, 'url' | 'ca' | 'random'> {
  readonly clock: Clock
  /** What others know this gateway by: nobody hears himself. */
  readonly from: string
  /** Where channels of this fleet begin. */
  readonly prefix: string
  /** The connection for everything else. */
  readonly speaker: Pick<RedisConnection, 'send' | 'isConnected'>
  onWord(topic: Topic, way: 'said' | 'heard' | 'dropped'): void
}

/** A connection on which nobody says anything is asked so often whether it is still there. */
export const beatMs = 5_000
/** So many words on one topic are said or listened to in a second, and so long ones. */
const wordsMax = 50
const lengthMax = 4_096

export class RedisChannel implements Channel {
  readonly #parts: RedisChannelParts
  readonly #listener: RedisConnection
  readonly #heard = new Map<Topic, (text: string) => void>()
  #missed: () => void = () => {}
  #beat: Timer | undefined
  #secondBeganMs = 0
  readonly #wordsInSecond = new Map<string, number>()

  constructor(parts: RedisChannelParts) {
    this.#parts = parts
    this.#listener = new RedisConnection({
      ...parts,
      onConnected: () => void this.#listen(),
      // It comes back by itself, and then says that words may have been missed.
      onLost: () => {},
    })
  }

  hear(topic: Topic, heard: (text: string) => void): void {
    this.#heard.set(topic, heard)
  }

  onGap(missed: () => void): void {
    this.#missed = missed
  }

  async start(): Promise<void> {
    this.#beatSoon()
    await this.#listener.start()
  }

  close(): void {
    this.#beat?.cancel()
    this.#listener.close()
  }

  say(topic: Topic, text: string): void {
    const { speaker, from, onWord } = this.#parts
    if (!speaker.isConnected) return
    if (!this.#mayPass(`said ${topic}`)) return onWord(topic, 'dropped')
    onWord(topic, 'said')
    // Whoever does not hear it finds it out without it.
    speaker.send('PUBLISH', [this.#name, `${from} ${topic} ${text}`]).catch(() => undefined)
  }

  get #name(): string {
    return `${this.#parts.prefix}words`
  }

  async #listen(): Promise<void> {
    const isHeard = await this.#listener.subscribe(this.#name, (word) => this.#take(word))
    if (isHeard) this.#missed()
  }

  #take(word: string): void {
    const [, from, said, text] = /^(\S+) (\S+) (.*)$/s.exec(word.slice(0, lengthMax + 1)) ?? []
    if (from === undefined || text === undefined || from === this.#parts.from) return
    for (const [topic, heard] of this.#heard) {
      if (topic !== said) continue
      const isTaken = word.length <= lengthMax && this.#mayPass(`heard ${topic}`)
      this.#parts.onWord(topic, isTaken ? 'heard' : 'dropped')
      if (isTaken) heard(text)
    }
  }

  #mayPass(words: string): boolean {
    const nowMs = this.#parts.clock.nowMs()
    if (nowMs - this.#secondBeganMs >= 1_000) {
      this.#secondBeganMs = nowMs
      this.#wordsInSecond.clear()
    }
    const count = (this.#wordsInSecond.get(words) ?? 0) + 1
    this.#wordsInSecond.set(words, count)
    return count <= wordsMax
  }

  /** A server that is silently gone is noticed by its not answering. */
  #beatSoon(): void {
    this.#beat = this.#parts.clock.after(beatMs, () => {
      this.#beatSoon()
      if (this.#listener.isConnected) this.#listener.send('PING', []).catch(() => undefined)
    })
  }
}
