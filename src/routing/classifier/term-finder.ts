// Finds words of lists in a text in one pass, letter by letter, without making a single string: a table of states for
// scripts with small and capital letters, and a look at the first letter for the others.

/** The first code that is not of an alphabet with small and capital letters (Latin, Greek, Cyrillic, Armenian). */
const alphabetsEnd = 0x590
const otherLetter = 1
const root = 1
const none = 0

export interface TermFinder {
  /** Adds to `counts`, per list, the words found between two places of a text. */
  count(text: string, span: Span, counts: Uint16Array): void
}

export interface Span {
  readonly from: number
  readonly until: number
}

/** Lists of words between blanks, in the order of the counts. `*` at the end of a word stands for any ending. */
export function termFinder(spaced: readonly string[], unspaced: readonly string[]): TermFinder {
  // Made when it is first needed: milliseconds, which a start without a classifier does not owe.
  let states: StateTable | undefined
  const openers = openersOf(unspaced)
  return {
    count(text, { from, until }, counts) {
      states ??= stateTable(spaced)
      const { letters, width, next, atOnce, atEnd } = states
      let state = root
      let found = 0
      for (let at = from; at <= until; at++) {
        const code = at < until ? text.charCodeAt(at) : 0
        const letter = code < alphabetsEnd ? (letters[code] ?? 0) : 0
        if (letter === 0) {
          found = found === 0 ? (atEnd[state] ?? 0) : found
          if (found > 0) counts[found - 1] = (counts[found - 1] ?? 0) + 1
          if (code >= alphabetsEnd) countAt(text, at, { openers, counts })
          state = root
          found = 0
        } else if (state !== none) {
          state = next[state * width + letter] ?? none
          found ||= atOnce[state] ?? 0
        }
      }
    },
  }
}

interface StateTable {
  /** A letter's column; 0 is not a letter, 1 is a letter that no list has. */
  readonly letters: Uint8Array
  readonly width: number
  readonly next: Uint16Array
  /** The list of a stem that has been read, plus one. */
  readonly atOnce: Uint8Array
  /** The list of a word that ends here, plus one. */
  readonly atEnd: Uint8Array
}

function stateTable(lists: readonly string[]): StateTable {
  const terms = lists.flatMap((list, at) =>
    wordsOf(list).map((word) => ({ word: folded(word), list: at + 1 })),
  )
  const alphabet = [...new Set(terms.flatMap(({ word }) => word.replaceAll('*', '').split('')))]
  const columns = new Map(alphabet.map((letter, at) => [letter, at + 2]))
  const width = alphabet.length + 2
  const statesMax = terms.reduce((sum, { word }) => sum + word.length, 2)
  const [next, atOnce, atEnd] = [
    new Uint16Array(statesMax * width),
    new Uint8Array(statesMax),
    new Uint8Array(statesMax),
  ]
  let used = root
  for (const { word, list } of terms) {
    let state = root
    for (const letter of word.replace('*', '')) {
      const cell = state * width + (columns.get(letter) ?? otherLetter)
      if (next[cell] === none) next[cell] = ++used
      state = next[cell] ?? none
    }
    const ends = word.endsWith('*') ? atOnce : atEnd
    if (ends[state] === 0) ends[state] = list
  }
  const states = used + 1
  return {
    letters: lettersOf(columns),
    width,
    next: next.slice(0, states * width),
    atOnce: atOnce.slice(0, states),
    atEnd: atEnd.slice(0, states),
  }
}

function lettersOf(columns: ReadonlyMap<string, number>): Uint8Array {
  const letters = new Uint8Array(alphabetsEnd)
  for (let code = 0; code < alphabetsEnd; code++) {
    const small = String.fromCharCode(code).toLowerCase()
    // The rest of what an accented letter decomposes into is its accent.
    const plain = code < 128 ? small : small.normalize('NFD').charAt(0)
    const isLetter = small !== small.toUpperCase()
    letters[code] = columns.get(plain) ?? (isLetter ? otherLetter : 0)
  }
  return letters
}

/** Small, and without accents. */
function folded(word: string): string {
  return word
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
}

type Openers = ReadonlyMap<number, readonly { readonly word: string; readonly list: number }[]>

function openersOf(lists: readonly string[]): Openers {
  const terms = lists.flatMap((list, at) => wordsOf(list).map((word) => ({ word, list: at })))
  return Map.groupBy(terms, ({ word }) => word.charCodeAt(0))
}

function countAt(
  text: string,
  at: number,
  { openers, counts }: { readonly openers: Openers; readonly counts: Uint16Array },
): void {
  for (const { word, list } of openers.get(text.charCodeAt(at)) ?? []) {
    if (text.startsWith(word, at)) counts[list] = (counts[list] ?? 0) + 1
  }
}

function wordsOf(list: string): string[] {
  return list.split(/\s+/).filter((word) => word !== '')
}
