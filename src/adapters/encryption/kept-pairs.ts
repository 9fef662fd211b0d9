// How two texts that are kept together are one while they are sealed, and how that one lies in the columns of its table.
import { isSealed } from '../../store/sealing.ts'
import type { KeptRow } from '../../store/sealing.ts'

/** Stands for role and kind of a body's one text while it is sealed. */
export const bodyMark = 'sealed'

type Pair = readonly [string, string]

/** With the length of the first in front: quoting JSON in JSON would make it longer. */
export function joined([first, second]: Pair): string {
  return `${first.length}\n${first}${second}`
}

export function parted(text: string): Pair {
  const cut = text.indexOf('\n')
  const end = cut + 1 + Number(text.slice(0, cut))
  return [text.slice(cut + 1, end), text.slice(end)]
}

/** The sealed text that a row holds; undefined where it is not sealed. */
export function sealedIn({ place, texts: [first, second] }: KeptRow): string | undefined {
  if (place.table === 'responses') return isSealed(second) ? second : undefined
  // Looked at before it is parsed: most are long.
  if (!first.startsWith(bodyStart)) return undefined
  const [one]: readonly { readonly text?: unknown }[] = JSON.parse(first)
  return typeof one?.text === 'string' && isSealed(one.text) ? one.text : undefined
}

const bodyStart = `[{"role":"${bodyMark}"`

/** The two columns for a sealed text. */
export function columnsFor(table: KeptRow['place']['table'], sealed: string): Pair {
  if (table === 'responses') return ['', sealed]
  return [JSON.stringify([{ role: bodyMark, kind: bodyMark, text: sealed }]), '[]']
}
