// The name of a model that somebody probably meant. Bounded, because the names asked for come from outside, by anybody
// with a key: long ones are not compared, and each comparison is abandoned as soon as it cannot be near.
import { slipsBetween } from '../core/slips.ts'

const namesComparedMax = 2000
const nameCharsMax = 100

/**
 * The nearest of `known` that a slip or two away from `asked` would give, or undefined. Case does not count.
 */
export function nearestName(asked: string, known: Iterable<string>): string | undefined {
  if (asked === '' || asked.length > nameCharsMax) return undefined
  const wanted = asked.toLowerCase()
  let nearest: string | undefined
  // A third of the letters wrong is another word, not a slip.
  let within = Math.min(3, Math.floor(asked.length / 3))
  let compared = 0
  for (const name of known) {
    if (compared++ === namesComparedMax) break
    const slips = slipsBetween(wanted, name.toLowerCase(), within)
    if (slips > within) continue
    nearest = name
    within = slips - 1
    if (within < 0) break
  }
  return nearest
}
