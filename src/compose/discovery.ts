// Finds out in the background, so that listening never waits: which models the providers have, and which local model
// servers are there. What was found survives a reload of the config.
import type { Clock, Timer } from '../core/clock.ts'
import type { EgressClient } from '../core/egress.ts'
import { catalogue } from '../providers/catalogue.ts'
import type { Log } from '../telemetry/log.ts'
import { askModelList } from './ask-model-list.ts'
import type { ListedProvider } from './model-directory.ts'
import type { PriceBook } from '../ledger/prices/price-book.ts'
import type { MeasuredLookup } from './measured-capabilities.ts'
import { demoProvider, loopbackNames, networkProvider } from './provider-set.ts'
import type { ReadyProvider } from './provider-set.ts'

export interface DiscoveryParts {
  /** The way out that is in use just now. */
  egress(): EgressClient
  /** A name for an account at a provider, from which nothing of it can be had. */
  fingerprint(text: string): string
  /** What was measured of deployments, as it is known just now. */
  readonly measured: MeasuredLookup
  readonly prices: Pick<PriceBook, 'schedule'>
  readonly clock: Clock
  readonly log: Log
  /** What is known has changed. */
  onChange(providers: readonly ListedProvider[]): void
}

export interface DiscoverySettings {
  /** Look for local servers, and let the demo stand in where nothing is found. */
  readonly enabled: boolean
  /** Our own port, which is never probed. */
  readonly ownPort: number
  readonly providers: readonly ReadyProvider[]
}

/** Local servers come and go; hosted lists hardly change. */
const localEveryMs = 30_000
const listsEveryMs = 600_000
const localTimeoutMs = 1_000
const listTimeoutMs = 15_000

export class Discovery {
  readonly #parts: DiscoveryParts
  #settings: DiscoverySettings = { enabled: false, ownPort: 0, providers: [] }
  /** Lists by provider and place, so that another place under the same name begins anew. */
  readonly #lists = new Map<string, ReadonlySet<string>>()
  #local: readonly ReadyProvider[] = []
  #timers: Timer[] = []
  #round = 0

  constructor(parts: DiscoveryParts) {
    this.#parts = parts
  }

  /** Goes by another config from now on, with what is known already. */
  use(settings: DiscoverySettings): void {
    this.stop()
    this.#settings = settings
    this.#local = settings.enabled ? this.#local.filter((found) => !this.#isTaken(found)) : []
    this.#tell()
  }

  /** Begins anew with a config. Resolves when everybody has been asked once. */
  async start(settings: DiscoverySettings): Promise<void> {
    this.use(settings)
    const round = this.#round
    await Promise.all([this.#findLocal(round), this.#askAll(round)])
  }

  stop(): void {
    this.#round += 1
    for (const timer of this.#timers) timer.cancel()
    this.#timers = []
  }

  /** What is known just now. The demo is there only while nothing else is. */
  known(): readonly ListedProvider[] {
    const real = [...this.#settings.providers, ...this.#local]
    const all = real.length > 0 || !this.#settings.enabled ? real : [demoProvider(this.#parts, 'demo')]
    return all.map((provider) => ({ provider, listed: this.#listOf(provider) }))
  }

  #listOf(provider: ReadyProvider): ReadonlySet<string> {
    if (provider.declaredModels !== undefined) return new Set(provider.declaredModels)
    return this.#lists.get(placeOf(provider)) ?? new Set()
  }

  async #findLocal(round: number): Promise<void> {
    if (!this.#settings.enabled) return
    const servers = catalogue.filter(
      ({ local }) => local !== undefined && local.port !== this.#settings.ownPort,
    )
    const probes = servers.map(async (provider) => {
      const facts = { name: provider.name, origin: 'local', provider, baseUrl: provider.baseUrl } as const
      const ready = networkProvider(
        { ...facts, keys: [], models: undefined },
        {
          egress: this.#parts.egress(),
          fingerprint: (text) => this.#parts.fingerprint(text),
          measured: this.#parts.measured,
          prices: this.#parts.prices,
        },
      )
      if (this.#isTaken(ready)) return undefined
      const names = await this.#ask(ready, localTimeoutMs)
      if (names === undefined) return undefined
      this.#lists.set(placeOf(ready), new Set(names))
      return ready
    })
    const found = (await Promise.all(probes)).filter((ready) => ready !== undefined)
    if (round !== this.#round) return
    this.#sayWhatChanged(found)
    this.#local = found
    this.#tell()
    this.#again(localEveryMs, () => this.#findLocal(round))
  }

  async #askAll(round: number): Promise<void> {
    const asked = this.#settings.providers.filter(
      ({ connection, declaredModels }) => connection !== undefined && declaredModels === undefined,
    )
    await Promise.all(asked.map((provider) => this.#askOne(provider, round)))
    if (round === this.#round && asked.length > 0) this.#again(listsEveryMs, () => this.#askAll(round))
  }

  async #askOne(provider: ReadyProvider, round: number): Promise<void> {
    const names = await this.#ask(provider, listTimeoutMs)
    if (round !== this.#round) return
    if (names === undefined) {
      this.#parts.log.warn('models_unknown', {
        provider: provider.name,
        hint: `its list of models could not be had; "${provider.name}/<model>" works all the same`,
      })
      return
    }
    this.#lists.set(placeOf(provider), new Set(names))
    this.#tell()
  }

  async #ask(provider: ReadyProvider, timeoutMs: number): Promise<readonly string[] | undefined> {
    const { clock } = this.#parts
    const { names } = await askModelList(provider, timeoutMs, { egress: this.#parts.egress(), clock })
    return names
  }

  /** The config names a provider for this place, or takes its name. */
  #isTaken(found: ReadyProvider): boolean {
    return this.#settings.providers.some(({ name, connection }) => {
      const place = connection?.destination
      const isSamePort = place?.port === found.connection?.destination.port
      return name === found.name || (isSamePort && loopbackNames.has(place?.hostname ?? ''))
    })
  }

  #sayWhatChanged(found: readonly ReadyProvider[]): void {
    const before = new Set(this.#local.map(({ name }) => name))
    const now = new Set(found.map(({ name }) => name))
    for (const name of now)
      if (!before.has(name)) this.#parts.log.info('local_server_found', { provider: name })
    for (const name of before)
      if (!now.has(name)) this.#parts.log.info('local_server_gone', { provider: name })
  }

  #tell(): void {
    this.#parts.onChange(this.known())
  }

  #again(delayMs: number, run: () => Promise<void>): void {
    this.#timers.push(this.#parts.clock.after(delayMs, () => void run()))
  }
}

function placeOf({ name, connection }: ReadyProvider): string {
  return `${name} ${connection?.destination.origin ?? ''}${connection?.basePath ?? ''}`
}
