// Hashes that mean the same in every process and version: who is in a canary, and where a caller sticks, hang on
// them. Not for secrets: whoever wants a collision finds one.

/**
 * FNV-1a, 32 bits (Fowler, Noll and Vo; draft-eastlake-fnv). A character above 255 counts as two bytes, the low one
 * first.
 */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    hash = Math.imul(hash ^ (code & 0xff), 0x01000193)
    if (code > 0xff) hash = Math.imul(hash ^ (code >>> 8), 0x01000193)
  }
  return hash >>> 0
}

/** The last step of MurmurHash3 (Appleby, `fmix32`): each bit in changes each bit out half of the time. */
export function mixed(hash: number): number {
  let bits = hash ^ (hash >>> 16)
  bits = Math.imul(bits, 0x85ebca6b)
  bits ^= bits >>> 13
  bits = Math.imul(bits, 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}

/** A point above 0 and below 1 that belongs to both texts together. */
export function pointOf(one: string, other: string): number {
  return (mixed(mixed(fnv1a(one)) ^ fnv1a(other)) + 0.5) / 0x1_0000_0000
}
