// What a Redis says, out of the bytes as they come (RESP2, redis.io/docs/latest/develop/reference/protocol-spec).

/** An answer that says no, in the server's words. */
export class RedisError extends Error {}

export type Reply = string | number | null | RedisError | readonly Reply[]

/** Nothing that is asked for here is answered at such length, or so deep. */
const lengthMax = 16 * 1024 * 1024
const depthMax = 8
const [cr, lf, minus, zero, nine] = [0x0d, 0x0a, 0x2d, 0x30, 0x39]
const wordsMax = 200

/** More has to come. */
const unfinished = Symbol('unfinished')
type Unfinished = typeof unfinished

const none: Buffer = Buffer.alloc(0)

export class RespReader {
  #bytes: Buffer = none
  #at = 0

  /** Tells each answer that is whole. Throws, in their own words, where the bytes are none of Redis. */
  feed(bytes: Buffer, take: (reply: Reply) => void): void {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes])
    this.#at = 0
    for (;;) {
      const begin = this.#at
      if (begin === this.#bytes.length) break
      const reply = this.#reply(0)
      if (reply === unfinished) {
        this.#at = begin
        break
      }
      take(reply)
    }
    const isAllRead = this.#at === this.#bytes.length
    // What is left is kept beyond this turn; the bytes are the runtime's.
    this.#bytes = isAllRead ? none : Buffer.from(this.#bytes.subarray(this.#at))
    if (this.#bytes.length > lengthMax) throw new Error('Redis says more than anybody asked.')
  }

  #reply(depth: number): Reply | Unfinished {
    const kind = this.#bytes[this.#at]
    switch (kind) {
      case 0x24:
        return this.#bulk()
      case 0x3a:
        return this.#number()
      case 0x2b:
        return this.#line()
      case 0x2d: {
        const words = this.#line()
        return typeof words === 'string' ? new RedisError(words) : words
      }
      case 0x2a:
        return this.#list(depth)
      default:
        throw this.#strange()
    }
  }

  #bulk(): string | null | Unfinished {
    const length = this.#number()
    if (typeof length !== 'number') return length
    if (length < 0) return null
    const [begin, end] = [this.#at, this.#at + length]
    if (end + 2 > this.#bytes.length) return unfinished
    this.#at = end + 2
    return this.#bytes.toString('utf8', begin, end)
  }

  #list(depth: number): readonly Reply[] | null | Unfinished {
    const length = this.#number()
    if (typeof length !== 'number') return length
    if (length < 0) return null
    if (depth === depthMax) throw this.#strange()
    const replies: Reply[] = []
    for (let left = length; left > 0; left--) {
      if (this.#at === this.#bytes.length) return unfinished
      const reply = this.#reply(depth + 1)
      if (reply === unfinished) return reply
      replies.push(reply)
    }
    return replies
  }

  /** After a byte that says what follows. */
  #number(): number | Unfinished {
    const bytes = this.#bytes
    let at = this.#at + 1
    const isBelowZero = bytes[at] === minus
    if (isBelowZero) at++
    let value = 0
    for (; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0
      if (byte === cr) break
      if (byte < zero || byte > nine || value > Number.MAX_SAFE_INTEGER) throw this.#strange()
      value = value * 10 + byte - zero
    }
    if (at + 2 > bytes.length) return unfinished
    this.#at = at + 2
    return isBelowZero ? -value : value
  }

  #line(): string | Unfinished {
    const begin = this.#at + 1
    const end = this.#bytes.indexOf('\r\n', begin)
    if (end < 0) return unfinished
    this.#at = end + 2
    return this.#bytes.toString('utf8', begin, end)
  }

  #strange(): Error {
    const end = this.#bytes.indexOf(lf)
    const line = this.#bytes.toString('latin1', 0, end < 0 ? undefined : end)
    return new Error(line.replace(/[^ -~]/g, '').slice(0, wordsMax))
  }
}
