// Bytes are handed on as a place in the memory they came in, `[from, to)`: a view of its own for each piece of each
// stream would cost more than reading it. Whoever keeps a piece makes the view here.

/** The bytes `[from, to)`; all of them without. */
export function partOf(bytes: Uint8Array, from = 0, to = bytes.byteLength): Uint8Array {
  return from === 0 && to === bytes.byteLength ? bytes : bytes.subarray(from, to)
}
