// Card numbers: 13 to 19 digits in any groups, whose check digit is right (ISO/IEC 7812-1). A number may stand beside other
// numbers, so each run of groups is tried from the start of each group to the end of each.
import type { Span } from './span.ts'

const digitsMin = 13
const digitsMax = 19
/** Digits with at most one space, dash or dot between two of them. */
const runs = /\d(?:[ .\u00a0\u2011-]?\d){12,}/g
const group = /\d+/g

export function findCards(text: string): readonly Span[] {
  return [...text.matchAll(runs)].flatMap((match) => cardsIn(match[0], match.index))
}

function cardsIn(run: string, offset: number): Span[] {
  const groups = [...run.matchAll(group)].map(({ 0: digits, index }) => ({ digits, index }))
  const found: Span[] = []
  for (let first = 0; first < groups.length; first += 1) {
    const last = lastOfCard(groups, first)
    const end = groups[last]
    const start = groups[first]
    if (start === undefined || end === undefined) continue
    found.push({ start: offset + start.index, end: offset + end.index + end.digits.length })
    first = last
  }
  return found
}

/** The group that ends the longest card number from this one on; -1 when there is none. */
function lastOfCard(groups: readonly { readonly digits: string }[], first: number): number {
  let digits = ''
  let last = -1
  for (let at = first; at < groups.length; at += 1) {
    digits += groups[at]?.digits ?? ''
    if (digits.length > digitsMax) break
    if (digits.length >= digitsMin && isCard(digits)) last = at
  }
  return last
}

/** Payment cards begin with 2 to 6. */
function isCard(digits: string): boolean {
  if (!/^[2-6]/.test(digits)) return false
  let sum = 0
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48
    const counted = index % 2 === 0 ? digit : digit * 2
    sum += counted > 9 ? counted - 9 : counted
  }
  return sum % 10 === 0
}
