// The register of sealing keys and the rows that may be sealed, in memory, for tests: they keep the promises of the ports, as
// the contract shows, and can be away.
import type { KeptRow, SealableRows, SealKeyRegister, SealPlace } from '../../src/store/sealing.ts'

export class MemorySealKeys implements SealKeyRegister {
  /** Whether everything fails, as with a database that cannot be written or read. */
  isAway = false
  readonly #ids = new Set<string>()

  async ids(): Promise<readonly string[]> {
    this.#answer()
    return [...this.#ids].toSorted()
  }

  async add(id: string): Promise<void> {
    this.#answer()
    this.#ids.add(id)
  }

  async remove(id: string): Promise<void> {
    this.#answer()
    this.#ids.delete(id)
  }

  #answer(): void {
    if (this.isAway) throw new Error('the register is away')
  }
}

export class MemorySealableRows implements SealableRows {
  readonly table: SealPlace['table']
  #rows: readonly KeptRow[] = []
  #last = 0

  constructor(table: SealPlace['table']) {
    this.table = table
  }

  /** Keeps a pair of texts; one that is there already is replaced where it lies. */
  keep(row: string, tenant: string, texts: readonly [string, string]): void {
    const place = { table: this.table, row, tenant }
    const before = this.#rows.find((kept) => kept.place.row === row && kept.place.tenant === tenant)
    const others = this.#rows.filter((kept) => kept !== before)
    this.#rows = [...others, { at: before?.at ?? (this.#last += 1), place, texts }]
  }

  remove(row: string, tenant: string): void {
    this.#rows = this.#rows.filter(({ place }) => place.row !== row || place.tenant !== tenant)
  }

  async after(at: number, max: number): Promise<readonly KeptRow[]> {
    const later = this.#rows.filter((row) => row.at > at)
    return later.toSorted((one, other) => one.at - other.at).slice(0, max)
  }

  async replace({ at, texts }: KeptRow, next: readonly [string, string]): Promise<boolean> {
    const kept = this.#rows.find((row) => row.at === at && row.texts.join('\n') === texts.join('\n'))
    if (kept === undefined) return false
    this.keep(kept.place.row, kept.place.tenant, next)
    return true
  }
}
