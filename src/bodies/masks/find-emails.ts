// E-mail addresses: from each @ to the left and to the right, so that a text is walked through once whatever it holds.
import type { Span } from './span.ts'

const localCharsMax = 64
const domainCharsMax = 255

export function findEmails(text: string): readonly Span[] {
  const found: Span[] = []
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const start = startOfLocal(text, at)
    const end = endOfDomain(text, at)
    if (start < at && end > at + 1) found.push({ start, end })
  }
  return found
}

function startOfLocal(text: string, at: number): number {
  let start = at
  while (start > 0 && at - start < localCharsMax && isLocal(text.charAt(start - 1))) start -= 1
  return start
}

/** Letters of any script: people's names have them, and so do their addresses. */
function isLocal(character: string): boolean {
  return /[\p{L}\p{N}._%+'&/=!#$*?^`{|}~-]/u.test(character)
}

/** Its last label has letters; a dot behind it ends the sentence. Where there is none, it ends where it began. */
function endOfDomain(text: string, at: number): number {
  let end = at + 1
  while (end < text.length && end - at <= domainCharsMax && /[\p{L}\p{N}.-]/u.test(text.charAt(end))) end += 1
  while (end > at + 1 && /[.-]/.test(text.charAt(end - 1))) end -= 1
  const labels = text.slice(at + 1, end).split('.')
  const isDomain =
    labels.length > 1 && labels.every((label) => label !== '') && /^\p{L}{2,}/u.test(labels.at(-1) ?? '')
  return isDomain ? end : at + 1
}
