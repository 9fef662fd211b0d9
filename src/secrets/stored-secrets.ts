// What stores outside have said of secrets: asked when a config names one and from time to time after that, and gone by
// for as long as a store is away or has nothing to say. No call ever waits for a store.
import type { Clock, Timer } from '../core/clock.ts'
import { failureText } from '../core/failure-text.ts'
import type { StoredReference } from '../core/secret.ts'
import type { ReadSecret, SecretCopies, SecretStore, StoreAnswer, StoreName, StoreObserver } from './ports.ts'

/** What a config wants of stores. */
export interface Wanted<Place> {
  readonly stored: readonly StoredReference[]
  readonly refreshMs: number
  /** How the stores are reached. */
  readonly place: Place
}

export interface StoredSecretsParts<Place> {
  readonly clock: Clock
  /** 0 to 1, 1 excluded. */
  readonly random: () => number
  /** Rejects with an Error whose sentence says what is missing. */
  open(store: StoreName, place: Place): Promise<SecretStore>
}

interface Entry {
  readonly secret?: ReadSecret
  /** Why the last reading brought nothing. */
  readonly trouble?: Extract<StoreAnswer, { readonly kind: 'refused' | 'away' }>
}

type Answers = ReadonlyMap<StoredReference, StoreAnswer>

/** The refresh is spread by a tenth to both sides, so that many gateways do not ask at once. */
const spread = 0.1
/** A store that is away is asked again after this, if that is sooner. */
const awayRetryMs = 30_000

const silent: StoreObserver = {
  read: () => {},
  away: () => {},
  back: () => {},
  refused: () => {},
  given: () => {},
  changed: () => {},
  copyUsed: () => {},
}

export class StoredSecrets<Place> {
  readonly #parts: StoredSecretsParts<Place>
  #entries: ReadonlyMap<StoredReference, Entry> = new Map()
  #stores = new Map<StoreName, Promise<SecretStore>>()
  readonly #away = new Set<StoreName>()
  #wanted: Wanted<Place> | undefined
  #placeText = ''
  #onChange: (() => void) | undefined
  #timer: Timer | undefined
  #observer = silent
  #copies: SecretCopies | undefined

  constructor(parts: StoredSecretsParts<Place>) {
    this.#parts = parts
  }

  /** What happens from now on is told there; what went before, as far as it still holds, at once. */
  set observer(observer: StoreObserver) {
    this.#observer = observer
    for (const [reference, { trouble, secret }] of this.#entries) {
      if (trouble?.kind === 'refused') observer.refused(reference, trouble.reason)
      if (trouble?.kind === 'away' && secret !== undefined) observer.copyUsed(reference, secret.readAtMs)
    }
    for (const store of this.#away) observer.away(store, this.#reasonOf(store))
  }

  /** Where copies are kept from now on; undefined where none are. */
  set copies(copies: SecretCopies | undefined) {
    this.#copies = copies
    // They may have to be sealed with another key from now on.
    if (this.readings().length > 0) this.#writeCopies()
  }

  /** Undefined for one that nobody was asked for. */
  lookup(
    reference: StoredReference,
  ):
    | { readonly ok: true; readonly text: string }
    | { readonly ok: false; readonly reason: string }
    | undefined {
    const entry = this.#entries.get(reference)
    if (entry?.secret !== undefined) return { ok: true, text: entry.secret.text }
    return entry?.trouble && { ok: false, reason: `the store ${entry.trouble.reason}` }
  }

  /** All that were read, with what is known of when. */
  readings(): readonly (ReadSecret & { readonly reference: StoredReference })[] {
    return [...this.#entries].flatMap(([reference, { secret }]) =>
      secret === undefined ? [] : [{ reference, ...secret }],
    )
  }

  /**
   * Makes sure that everything has been asked for which a config wants; `anew`: also what is known. Resolves with whether
   * anybody was asked. Never rejects.
   */
  async prepare(wanted: Wanted<Place>, { anew }: { readonly anew: boolean }): Promise<boolean> {
    this.#wanted = wanted
    const placeText = JSON.stringify(wanted.place)
    const isElsewhere = placeText !== this.#placeText
    if (isElsewhere || anew) await this.#closeStores()
    this.#placeText = placeText
    // What another place has said of a name says nothing about this one.
    if (isElsewhere) this.#entries = new Map()
    const missing = anew ? wanted.stored : wanted.stored.filter((name) => !this.#entries.has(name))
    if (missing.length > 0) await this.#ask(missing)
    this.#plan()
    return missing.length > 0
  }

  /** Nothing is wanted of stores any more. */
  rest(): void {
    this.#timer?.cancel()
    this.#wanted = undefined
    this.#placeText = ''
    this.#entries = new Map()
    void this.#closeStores()
  }

  /** Asks again from time to time, and tells when a secret has become another one. */
  start(onChange: () => void): void {
    this.#onChange = onChange
    this.#plan()
  }

  async close(): Promise<void> {
    this.#onChange = undefined
    this.#timer?.cancel()
    await this.#closeStores()
  }

  #plan(): void {
    this.#timer?.cancel()
    const { clock, random } = this.#parts
    if (this.#wanted === undefined || this.#onChange === undefined) return
    const { refreshMs } = this.#wanted
    const baseMs = this.#away.size > 0 ? Math.min(refreshMs, awayRetryMs) : refreshMs
    this.#timer = clock.after(baseMs * (1 - spread + 2 * spread * random()), () => void this.#look())
  }

  async #look(): Promise<void> {
    const wanted = this.#wanted
    if (wanted === undefined) return
    const hasChanged = await this.#ask(wanted.stored)
    // Another config came while the stores were thinking: it has asked for itself.
    if (this.#wanted !== wanted) return
    this.#plan()
    if (hasChanged) this.#onChange?.()
  }

  /** Resolves with whether something is another than before. */
  async #ask(references: readonly StoredReference[]): Promise<boolean> {
    const wanted = this.#wanted
    if (wanted === undefined) return false
    const names = [...new Set(references.map(storeOf))]
    const answers = await Promise.all(
      names.map(async (store) => {
        const own = references.filter((reference) => storeOf(reference) === store)
        return await this.#askStore(store, own, wanted.place)
      }),
    )
    if (this.#wanted?.place !== wanted.place && JSON.stringify(wanted.place) !== this.#placeText) return false
    return this.#learn(new Map(answers.flatMap((each) => [...each])), wanted)
  }

  async #askStore(store: StoreName, own: readonly StoredReference[], place: Place): Promise<Answers> {
    const opening = this.#stores.get(store) ?? this.#parts.open(store, place)
    this.#stores.set(store, opening)
    try {
      return await (await opening).read(own)
    } catch (failure) {
      this.#stores.delete(store)
      const reason = `cannot be asked: ${failureText(failure)}`
      return new Map(own.map((reference) => [reference, { kind: 'refused', reason }]))
    }
  }

  #learn(answers: Answers, { stored }: Wanted<Place>): boolean {
    const nowMs = this.#parts.clock.wallMs()
    // What no config names any more is forgotten.
    const entries = new Map([...this.#entries].filter(([reference]) => stored.includes(reference)))
    let hasChanged = false
    let isNew = false
    for (const [reference, answer] of answers) {
      const before = entries.get(reference)
      const entry = this.#entryOf(reference, answer, { before, nowMs })
      entries.set(reference, entry)
      hasChanged ||= entry.secret?.text !== before?.secret?.text
      isNew ||= answer.kind === 'value' && entry.secret?.text !== before?.secret?.text
    }
    this.#entries = entries
    this.#tellStores(answers)
    if (isNew) this.#writeCopies()
    return hasChanged
  }

  #writeCopies(): void {
    this.#copies?.write(new Map(this.readings().map(({ reference, ...secret }) => [reference, secret])))
  }

  #entryOf(
    reference: StoredReference,
    answer: StoreAnswer,
    { before, nowMs }: { readonly before: Entry | undefined; readonly nowMs: number },
  ): Entry {
    this.#observer.read(storeOf(reference), answer.kind === 'value' ? 'ok' : answer.kind)
    if (answer.kind === 'value') {
      const { text, sinceMs } = answer
      if (before?.trouble?.kind === 'refused') this.#observer.given(reference)
      if (before?.secret !== undefined && before.secret.text !== text) this.#observer.changed(reference)
      return { secret: { text, sinceMs, readAtMs: nowMs } }
    }
    if (answer.kind === 'refused' && before?.trouble?.kind !== 'refused') {
      this.#observer.refused(reference, answer.reason)
    }
    const secret = before?.secret ?? (answer.kind === 'away' ? this.#copyOf(reference) : undefined)
    return { trouble: answer, ...(secret !== undefined && { secret }) }
  }

  #copyOf(reference: StoredReference): ReadSecret | undefined {
    const copy = this.#copies?.read().get(reference)
    if (copy !== undefined) this.#observer.copyUsed(reference, copy.readAtMs)
    return copy
  }

  /** A store is away when it has no word for any secret. */
  #tellStores(answers: Answers): void {
    for (const store of new Set([...answers.keys()].map(storeOf))) {
      const own = [...answers].filter(([reference]) => storeOf(reference) === store)
      const isAway = own.every(([, { kind }]) => kind === 'away')
      if (isAway === this.#away.has(store)) continue
      if (isAway) {
        this.#away.add(store)
        this.#observer.away(store, this.#reasonOf(store))
      } else {
        this.#away.delete(store)
        this.#observer.back(store)
      }
    }
  }

  #reasonOf(store: StoreName): string {
    const troubled = [...this.#entries].find(
      ([reference, { trouble }]) => storeOf(reference) === store && trouble?.kind === 'away',
    )
    return troubled?.[1].trouble?.reason ?? ''
  }

  async #closeStores(): Promise<void> {
    const open = [...this.#stores.values()]
    this.#stores = new Map()
    for (const store of await Promise.allSettled(open)) {
      if (store.status === 'fulfilled') store.value.close()
    }
  }
}

function storeOf(reference: StoredReference): StoreName {
  return reference.startsWith('vault:') ? 'vault' : 'aws'
}
