// Brings everything that is kept under the key that is in use, row by row, while gateways go on reading and writing. A row
// that somebody changes meanwhile is looked at again.
import { CannotOpen, sealedParts } from '../../store/sealing.ts'
import type { KeptRow, SealableRows, Sealer } from '../../store/sealing.ts'
import { columnsFor, joined, parted, sealedIn } from './kept-pairs.ts'

export interface Resealed {
  /** Rows that were brought under the key in use, or were opened where none is. */
  readonly changed: number
  /** Of those, the ones that were not sealed before. */
  readonly wasPlain: number
  /** Rows that nobody here can open. */
  readonly unreadable: number
  /** How many rows are under which key now; '' for those that are not sealed. */
  readonly byKey: ReadonlyMap<string, number>
}

const pageRows = 200
/** So often a row is looked at that others keep changing. */
const triesMax = 5

/** Goes through all of them once. */
export async function reseal(tables: readonly SealableRows[], sealer: Sealer): Promise<Resealed> {
  const byKey = new Map<string, number>()
  let changed = 0
  let wasPlain = 0
  let unreadable = 0
  for (const rows of tables) {
    for await (const row of allOf(rows)) {
      const outcome = await resealRow(row, rows, sealer)
      if (outcome === 'changed') changed += 1
      if (outcome === 'changed' && keyOf(row) === '') wasPlain += 1
      if (outcome === 'unreadable') unreadable += 1
      const key = outcome === 'unreadable' ? keyOf(row) : (sealer.keyId ?? '')
      byKey.set(key, (byKey.get(key) ?? 0) + 1)
    }
  }
  return { changed, wasPlain, unreadable, byKey }
}

/** How many rows are under which key; '' for those that are not sealed. */
export async function countByKey(tables: readonly SealableRows[]): Promise<ReadonlyMap<string, number>> {
  const byKey = new Map<string, number>()
  for (const rows of tables) {
    for await (const row of allOf(rows)) byKey.set(keyOf(row), (byKey.get(keyOf(row)) ?? 0) + 1)
  }
  return byKey
}

function keyOf(row: KeptRow): string {
  const sealed = sealedIn(row)
  return sealed === undefined ? '' : sealedParts(sealed).keyId
}

async function* allOf(rows: SealableRows): AsyncGenerator<KeptRow> {
  for (let page = await rows.after(-1, pageRows); page.length > 0;) {
    yield* page
    page = await rows.after(page.at(-1)?.at ?? Infinity, pageRows)
  }
}

async function resealRow(
  row: KeptRow,
  rows: SealableRows,
  sealer: Sealer,
): Promise<'changed' | 'unchanged' | 'unreadable'> {
  let now: KeptRow | undefined = row
  for (let tries = 0; tries < triesMax && now !== undefined; tries += 1) {
    let texts: readonly [string, string] | undefined
    try {
      texts = resealedTexts(now, sealer)
    } catch (failure) {
      if (failure instanceof CannotOpen) return 'unreadable'
      throw failure
    }
    if (texts === undefined) return 'unchanged'
    if (await rows.replace(now, texts)) return 'changed'
    const [next]: readonly KeptRow[] = await rows.after(row.at - 1, 1)
    now = next?.at === row.at ? next : undefined
  }
  // It is gone, or whoever keeps writing it writes it under the key in use.
  return 'unchanged'
}

/** Undefined where it is as it should be. */
function resealedTexts(row: KeptRow, sealer: Sealer): readonly [string, string] | undefined {
  const { place, texts } = row
  const sealed = sealedIn(row)
  if (sealer.keyId === undefined) return sealed === undefined ? undefined : parted(sealer.open(sealed, place))
  if (sealed === undefined) return columnsFor(place.table, sealer.seal(joined(texts), place))
  const rewrapped = sealer.rewrap(sealed, place)
  return rewrapped === undefined ? undefined : columnsFor(place.table, rewrapped)
}
