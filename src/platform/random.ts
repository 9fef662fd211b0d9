// Randomness: from the system where nobody may guess it, from the runtime where it only has to be even.

/** This many random bytes. */
export function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count))
}

/** 0 to 1, 1 excluded: for jitter and for choosing, never for secrets. */
export function evenRandom(): number {
  return Math.random()
}
