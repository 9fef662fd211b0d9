// Bun's direct stream: bytes are handed to the connection where they are produced, without a queue and without a
// promise for each piece. 21 kB a stream where a web stream costs 45.

export interface DirectController {
  /** A number when the bytes were taken; a promise when the client is slow: it settles when there is room again. */
  write(bytes: Uint8Array): number | Promise<unknown>
  /** Sends what was written. With `true`, a promise may come back that settles when all of it was taken. */
  flush(wait?: boolean): unknown
  end(): void
}

/** Who writes the body. The runtime calls its methods itself: closures for each stream would be kept as long as it lasts. */
export interface DirectSource {
  readonly type: 'direct'
  /** The connection is ready. The promise, if any, settles when the stream has been ended. */
  pull(controller: DirectController): Promise<void> | undefined
  /** The client has gone. */
  cancel(): void
}

/** Longer pieces are rare, and worth a view. */
const lentBytesMax = 1024
const memory = Buffer.allocUnsafeSlow(lentBytesMax)
/** The first bytes of the memory, by how many. */
const lentViews: (Buffer | undefined)[] = []

/**
 * The bytes `[from, to)` for `write`, which takes whole views and is done with them when it returns. A short piece is
 * put into a memory that all streams share, instead of making a view of it that is thrown away. Good until the next
 * call: for `write` and for nothing else.
 */
export function lent(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const length = to - from
  if (length === bytes.byteLength) return bytes
  if (length > lentBytesMax || !(bytes instanceof Buffer)) return bytes.subarray(from, to)
  bytes.copy(memory, 0, from, to)
  return (lentViews[length] ??= memory.subarray(0, length))
}

/** A response body that is written by hand. */
export function directStream(source: DirectSource): ReadableStream {
  return new ReadableStream(source)
}
