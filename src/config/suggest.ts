// "Did you mean": the known word that is nearest to the one that was written, or none if it would be a guess.
import { slipsBetween } from '../core/slips.ts'

/** The nearest of `known`, or undefined. Case, "-" and "_" do not count: apiKey is api_key. */
export function nearest(written: string, known: Iterable<string>): string | undefined {
  const word = folded(written)
  if (word === '' || word.length > 64) return undefined
  let within = Math.min(word.length - 1, Math.max(1, Math.floor(word.length / 3)))
  let best: string | undefined
  for (const candidate of known) {
    const slips = slipsBetween(word, folded(candidate), within)
    if (slips > within) continue
    best = candidate
    within = slips - 1
  }
  return best ?? partOf(written.toLowerCase(), known)
}

function folded(word: string): string {
  return word.toLowerCase().replace(/[-_.\s]/g, '')
}

/** `url` for base_url, `prio` for priority: a part or the beginning of exactly one known word. */
function partOf(word: string, known: Iterable<string>): string | undefined {
  if (word.length < 3) return undefined
  const having = [...known].filter(
    (candidate) => candidate.startsWith(word) || candidate.split('_').includes(word),
  )
  return having.length === 1 ? having[0] : undefined
}
