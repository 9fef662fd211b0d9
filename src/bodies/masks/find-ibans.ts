// International bank account numbers: two letters, two check digits, and up to thirty more characters, in groups or not, whose
// remainder by 97 is one (ISO 13616). How long one is depends on its country, so each length is tried where a word ends.
import type { Span } from './span.ts'

const charsMin = 15
const charsMax = 34
const head = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?=[ \u00a0-]?[A-Z0-9])/gi

export function findIbans(text: string): readonly Span[] {
  return [...text.matchAll(head)].flatMap(({ index }) => {
    const end = endOfIban(text, index)
    return end === -1 ? [] : [{ start: index, end }]
  })
}

/** -1 when none begins there. */
function endOfIban(text: string, start: number): number {
  let written = ''
  let found = -1
  for (let at = start; at < text.length && written.length < charsMax; at += 1) {
    const character = text.charAt(at)
    if (isAlphanumeric(character)) written += character.toUpperCase()
    else if (!isGap(character) || isGap(text.charAt(at - 1))) break
    const isWordsEnd = !isAlphanumeric(text.charAt(at + 1))
    if (isWordsEnd && isAlphanumeric(character) && written.length >= charsMin && isIban(written))
      found = at + 1
  }
  return found
}

function isAlphanumeric(character: string): boolean {
  return /^[A-Za-z0-9]$/.test(character)
}

function isGap(character: string): boolean {
  return character === ' ' || character === '\u00a0' || character === '-'
}

/** Letters count as two digits, from A for 10 on; the first four characters come last. */
function isIban(written: string): boolean {
  let remainder = 0
  for (const character of written.slice(4) + written.slice(0, 4)) {
    const value = Number.parseInt(character, 36)
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder === 1
}
