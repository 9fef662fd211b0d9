// Two ways to take one of several by weight: by chance, or by a key that always leads to the same one.
import { pointOf } from './stable-hash.ts'
import type { Candidate } from './candidate.ts'

export type WeightOf<Kind = Candidate> = (candidate: Kind) => number

/** One by chance, each as often as its weight says; all alike when no weight is above 0. */
export function drawn<Kind>(
  candidates: readonly Kind[],
  weightOf: WeightOf<Kind>,
  random: () => number,
): Kind | undefined {
  const weights = candidates.map(weightOf)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (!(total > 0)) return candidates[Math.floor(random() * candidates.length)]
  let left = random() * total
  let last: Kind | undefined
  for (const [index, candidate] of candidates.entries()) {
    const weight = weights[index] ?? 0
    if (weight <= 0) continue
    left -= weight
    last = candidate
    if (left < 0) break
  }
  return last
}

/**
 * Weighted rendezvous hashing: Thaler and Ravishankar's highest random weight (1998) by the logarithmic method
 * of Schindelhauer and Schomaker ("Weighted distributed hash tables", 2005). Each key draws an exponential time
 * for each candidate, and the earliest has it. So a changed weight, or one candidate more or less, moves only
 * the keys of its own share, and the next in line is the same for a key whoever fell out.
 */
export function rendezvous<Kind extends Pick<Candidate, 'name'>>(
  candidates: readonly Kind[],
  weightOf: WeightOf<Kind>,
  key: string,
): Kind | undefined {
  let earliest = Infinity
  let chosen: Kind | undefined
  for (const candidate of candidates) {
    // Without any weight it comes after all that have one, and among its like it is still the key that decides.
    const weight = Math.max(weightOf(candidate), 1e-9)
    const time = -Math.log(pointOf(key, candidate.name)) / weight
    if (time >= earliest) continue
    earliest = time
    chosen = candidate
  }
  return chosen
}
