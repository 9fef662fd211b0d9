// A text with what is secret in it made unreadable, and cut where it has to be. The cut comes last: half a card number would
// be found by nobody, so what begins before the cut is seen whole.
import { findCards } from './find-cards.ts'
import { findEmails } from './find-emails.ts'
import { findIbans } from './find-ibans.ts'
import { findKeys, findTokens } from './find-keys.ts'
import type { MaskName } from './mask-names.ts'
import type { Span } from './span.ts'

const finders: Readonly<
  Record<MaskName, { readonly find: (text: string) => readonly Span[]; readonly mark: string }>
> = {
  keys: { find: findKeys, mark: '[key]' },
  tokens: { find: findTokens, mark: '[token]' },
  email: { find: findEmails, mark: '[email]' },
  card: { find: findCards, mark: '[card]' },
  iban: { find: findIbans, mark: '[iban]' },
}

/** So far behind a cut has to be looked for what began before it. */
export const lookAheadChars = 512

/** The text up to `charsMax` of its own characters. */
export function masked(text: string, names: readonly MaskName[], charsMax: number): string {
  const seen = text.slice(0, charsMax + lookAheadChars)
  const found = names
    .flatMap((name) => finders[name].find(seen).map((span) => ({ ...span, mark: finders[name].mark })))
    .toSorted((one, other) => one.start - other.start || other.end - one.end)
  let result = ''
  let from = 0
  for (const { start, end, mark } of found) {
    if (start >= charsMax) break
    // One that lies over the end of the last one makes that longer.
    if (start >= from) result += seen.slice(from, start) + mark
    from = Math.max(from, end)
  }
  return from < charsMax ? result + whole(seen, from, charsMax) : result
}

/** Without half a character at its end. */
function whole(text: string, from: number, to: number): string {
  const last = text.charCodeAt(to - 1)
  const isHalf = to < text.length && last >= 0xd800 && last < 0xdc00
  return text.slice(from, isHalf ? to - 1 : to)
}
