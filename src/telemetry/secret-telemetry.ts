// What stores of secrets and the age of credentials leave behind for those who look: a line for each change of state, and
// numbers. Secrets go by their names in the config and by their fingerprints; nothing of a secret is here.
import type { Log } from './log.ts'
import type { Counter, Registry } from './metrics.ts'

interface Age {
  readonly provider: string
  readonly secret: string
  readonly account: string
  readonly ageMs: number
  readonly isDue: boolean
}

interface SecretReading {
  readonly reference: string
  readonly readAtMs: number
}

/** What numbers are asked for when somebody looks. */
export interface SecretLooks {
  ages(): readonly Age[]
  readings(): readonly SecretReading[]
  wallMs(): number
}

export class SecretTelemetry {
  readonly #log: Log
  readonly #reads: Counter
  readonly #changes: Counter
  readonly #away = new Set<string>()

  constructor(log: Log, registry: Registry, looks: SecretLooks) {
    this.#log = log
    this.#reads = registry.counter(
      'sallyport_secret_reads_total',
      'Secrets that stores outside were asked for, by result: ok, refused, away.',
      ['store', 'result'],
    )
    this.#changes = registry.counter(
      'sallyport_secret_changes_total',
      'Secrets that had become others in their store.',
      ['store'],
    )
    gauges(registry, looks, this.#away)
  }

  read(store: string, result: string): void {
    this.#reads.add(1, store, result)
  }

  away(store: string, reason: string): void {
    this.#away.add(store)
    this.#log.warn('secret_store_away', { store, reason: `the store ${reason}` })
  }

  back(store: string): void {
    this.#away.delete(store)
    this.#log.info('secret_store_back', { store })
  }

  refused(secret: string, reason: string): void {
    this.#log.error('secret_refused', { secret, reason: `the store ${reason}` })
  }

  given(secret: string): void {
    this.#log.info('secret_given', { secret })
  }

  changed(secret: string): void {
    this.#changes.add(1, secret.slice(0, secret.indexOf(':')))
    this.#log.info('secret_changed', { secret })
  }

  copyUsed(secret: string, readAtMs: number): void {
    this.#log.warn('secret_from_copy', { secret, read_at: new Date(readAtMs).toISOString() })
  }

  due({ provider, secret, account, ageMs }: Age): void {
    const days = Math.floor(ageMs / 86_400_000)
    this.#log.warn('credential_due', { provider, secret, account, age_days: days })
  }
}

function gauges(
  registry: Registry,
  { ages, readings, wallMs }: SecretLooks,
  away: ReadonlySet<string>,
): void {
  const labels = ['provider', 'account']
  registry.gauges('sallyport_credential_age_seconds', 'Since when each credential of a provider is known.', {
    labels,
    read: () =>
      ages().map(({ provider, account, ageMs }) => {
        return { values: [provider, account], amount: Math.floor(ageMs / 1_000) }
      }),
  })
  registry.gauges('sallyport_credential_due', 'Whether a credential is older than secrets.max_age: 1 or 0.', {
    labels,
    read: () =>
      ages().map(({ provider, account, isDue }) => ({ values: [provider, account], amount: Number(isDue) })),
  })
  registry.gauges('sallyport_secret_read_age_seconds', 'How long ago a store gave each secret last.', {
    labels: ['secret'],
    read: () =>
      readings().map(({ reference, readAtMs }) => {
        return { values: [reference], amount: Math.max(0, Math.floor((wallMs() - readAtMs) / 1_000)) }
      }),
  })
  registry.gauges('sallyport_secret_store_away', 'Stores of secrets that cannot be asked just now.', {
    labels: ['store'],
    read: () => [...away].map((store) => ({ values: [store], amount: 1 })),
  })
}
