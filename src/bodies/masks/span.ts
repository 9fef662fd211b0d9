// A part of a text that is to be masked. Whatever finds one looks at each character a bounded number of times: what people
// write is never to hold up the process.

export interface Span {
  readonly start: number
  readonly end: number
}

/**
 * All that matches. For patterns that cannot backtrack far: no repetition in them begins with what may stand before it, or
 * its length is bounded.
 */
export function spansOf(text: string, pattern: RegExp): Span[] {
  return [...text.matchAll(pattern)].map((match) => {
    const kept = match.groups?.['kept']?.length ?? 0
    return { start: match.index + kept, end: match.index + match[0].length }
  })
}
