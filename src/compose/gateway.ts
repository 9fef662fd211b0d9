// The running gateway: opens what lasts, builds a world from each config, swaps one reference on reload, and goes
// away without cutting anybody off. Plain calls, top to bottom; which adapter is behind a port is known in this folder alone.
import type { LoadedConfig } from '../config/load-config.ts'
import { Edge } from '../http/edge.ts'
import type { Overload } from '../http/overload.ts'
import type { Route } from '../http/router.ts'
import type { SeeDeployments } from '../http/admin/seen-deployments.ts'
import { PriceBook } from '../ledger/prices/price-book.ts'
import { Deadlines } from '../platform/deadlines.ts'
import { sha256 } from '../platform/hmac.ts'
import { evenRandom } from '../platform/random.ts'
import { budgetsFrom } from '../limits/rules-of-config.ts'
import type { CredentialAge } from '../secrets/credential-ages.ts'
import { CallTelemetry } from '../telemetry/call-telemetry.ts'
import { Registry } from '../telemetry/metrics.ts'
import { RecentTraces } from '../telemetry/recent-traces.ts'
import { standingGauges } from '../telemetry/routing-telemetry.ts'
import { CallBounds } from './call-bounds.ts'
import { Discovery } from './discovery.ts'
import type { DiscoverySettings } from './discovery.ts'
import { drain } from './drain.ts'
import { answerFellows, keptByAll } from './fellow-views.ts'
import { GatewayCallers } from './gateway-callers.ts'
import { gatewayGauges, reloadCounter } from './gateway-gauges.ts'
import type { GatewayParts } from './gateway-parts.ts'
import { gatewayHandlers, gatewayRoutes } from './gateway-routes.ts'
import type { GatewayHandlers } from './gateway-routes.ts'
import { gatewayWatches } from './gateway-watches.ts'
import type { Watch } from './gateway-watches.ts'
import { Happenings } from './happenings.ts'
import { keptResponses } from './kept-responses.ts'
import type { KeptResponses } from './kept-responses.ts'
import { Listeners } from './listeners.ts'
import type { Listening } from './listeners.ts'
import { joinFleet } from './load-fleet.ts'
import type { JoinedFleet } from './load-fleet.ts'
import { nothingMeasured } from './measured-capabilities.ts'
import type { MeasuredLookup } from './measured-capabilities.ts'
import type { ListedProvider } from './model-directory.ts'
import { RecordedSpending } from './recorded-spending.ts'
import { routeParts } from './route-parts.ts'
import { SecretWatch } from './secret-watch.ts'
import { seeDeployments, standingsOf } from './see-deployments.ts'
import { memoryWithNews } from './sick-news.ts'
import { watchLoad } from './watch-load.ts'
import { wayOut } from './way-out.ts'
import { credentialDue } from './webhook-events.ts'
import { Webhooks } from './webhooks.ts'
import { buildWorld } from './world.ts'
import type { LastingParts, World } from './world.ts'

export class Gateway {
  readonly #parts: GatewayParts
  readonly #lasting: LastingParts
  readonly #edge: Edge
  readonly #discovery: Discovery
  readonly #reloads: { add(by: number, result: string): void }
  readonly #handlers: GatewayHandlers
  readonly #listeners = new Listeners()
  readonly #kept: KeptResponses
  #measured: MeasuredLookup = nothingMeasured
  readonly #overload: Overload
  readonly #bounds: CallBounds
  readonly #fleet: JoinedFleet | undefined
  readonly #spending: RecordedSpending
  readonly #callers: GatewayCallers
  readonly #secretWatch: SecretWatch
  readonly #watches: readonly Watch[]
  readonly #webhooks: Webhooks
  #world: World

  /** Builds everything from a config that has been checked. Throws when it cannot be built. */
  constructor(loaded: LoadedConfig, parts: GatewayParts) {
    const { clock, log, ledger, environment } = parts
    const registry = new Registry()
    const traces = new RecentTraces(clock)
    this.#webhooks = new Webhooks({ ...parts, registry, egress: () => this.#world.egress })
    const happenings = new Happenings({ ...parts, registry }, (event) => this.#webhooks.tell(event))
    this.#bounds = new CallBounds(clock, happenings.budgetBook())
    this.#parts = parts
    this.#fleet = this.#fleetOn(registry)
    this.#spending = this.#recordedSpending(registry)
    const hearing = { channel: this.#fleet?.channel, clock, random: evenRandom }
    const memory = memoryWithNews(hearing, happenings.standings())
    const kept = keptByAll(parts.kept, parts.fellows)
    this.#kept = keptResponses(kept, loaded.config.responses, { clock, log, registry })
    this.#overload = watchLoad(loaded.config.overload, {
      ...parts,
      registry,
      random: evenRandom,
      callsInFlight: () => this.#edge.callsInFlight,
    })
    this.#callers = new GatewayCallers({ ...parts, registry, egress: () => this.#world.egress })
    this.#lasting = {
      clock,
      overload: this.#overload,
      keyStanding: parts.keys,
      deadlines: new Deadlines(clock),
      spool: ledger.spool,
      keys: this.#callers.callers,
      observer: new CallTelemetry(log, registry, { traces, watch: happenings.callWatch() }),
      environment,
      ...this.#kept.parts,
      memory,
      ...this.#bounds.books,
      shared: this.#fleet?.holds,
      reported: happenings.reported,
      prices: new PriceBook({ hash: sha256, keep: (version) => ledger.keepPrice(version) }),
      random: evenRandom,
      fingerprint: (text) => parts.fingerprint(text),
    }
    this.#world = this.#build({ ...loaded, generation: 1 }, undefined)
    this.#edge = new Edge(this.#world.edge, this.#lasting)
    this.#discovery = this.#newDiscovery()
    this.#secretWatch = this.#secretWatchOn(registry)
    this.#useCallers(loaded)
    this.#discovery.use(this.#toDiscover())
    this.#reloads = reloadCounter(registry)
    gatewayGauges(registry, {
      ...parts,
      callsInFlight: () => this.#edge.callsInFlight,
      world: () => this.#world,
    })
    this.#watches = this.#watchesOn(registry, happenings)
    const hasOperatorListener = loaded.config.server.admin !== 'off'
    const routes = this.#routes(registry, traces)
    this.#handlers = gatewayHandlers(this.#edge, routes, { hasOperatorListener })
  }

  #newDiscovery(): Discovery {
    const { clock, log, fingerprint } = this.#parts
    return new Discovery({
      egress: () => this.#world.egress,
      fingerprint,
      measured: (place) => this.#measured(place),
      prices: this.#lasting.prices,
      clock,
      log,
      onChange: (providers) => this.#world.directory.update(providers),
    })
  }

  /**
   * Learns what was spent before this process began, and what other gateways count. Whoever is away is looked for from then
   * on.
   */
  async learnSpending(): Promise<void> {
    await this.#spending.load()
    await this.#fleet?.start()
    this.#spending.start()
  }

  /** Begins to listen. Throws CannotListen. */
  listen(): Listening {
    const { config, tls } = this.#world
    this.#kept.start()
    for (const watch of this.#watches) watch.start()
    const isShared = this.#parts.fellows !== undefined
    const listening = this.#listeners.open(this.#handlers, config.server, { tls, isShared })
    this.#webhooks.start()
    return listening
  }

  /** Looks for models and local servers; resolves with what is known after the first round. */
  async discover(): Promise<readonly ListedProvider[]> {
    await this.#discovery.start(this.#toDiscover())
    return this.#discovery.known()
  }

  /** What can be called just now, the config's own models first. */
  modelNames(): readonly string[] {
    return this.#world.directory.list().map(({ name }) => name)
  }

  /** Takes over another config: the whole new world first, then one swap. Throws with nothing changed. */
  reload(loaded: LoadedConfig): { readonly generation: number } {
    const before = this.#world
    const next = this.#build({ ...loaded, generation: before.edge.generation + 1 }, before)
    this.#world = next
    this.#discovery.use(this.#toDiscover())
    this.#edge.world = next.edge
    this.#useCallers(loaded)
    this.#spending.configChanged()
    this.#kept.parts.responses.use(loaded.config.responses)
    this.#overload.use(loaded.config.overload)
    if (before.egress !== next.egress) before.egress.close()
    this.#reloads.add(1, 'done')
    void this.discover()
    return { generation: next.edge.generation }
  }

  /** A reload that did not even get here counts too. */
  reloadRefused(): void {
    this.#reloads.add(1, 'refused')
  }

  get config(): LoadedConfig['config'] {
    return this.#world.config
  }

  get callsInFlight(): number {
    return this.#edge.callsInFlight
  }

  /** Stops without cutting anybody off, and lets go of everything. */
  async drain(delayMs: number, timeoutMs: number): Promise<void> {
    const draining = {
      clock: this.#parts.clock,
      edge: this.#edge,
      stopListening: () => {
        this.#listeners.stopListening()
        this.#discovery.stop()
      },
      answersUnderWay: () => this.#listeners.answersUnderWay,
    }
    await drain(draining, delayMs, timeoutMs)
    this.#listeners.close()
    for (const watch of this.#watches) watch.stop()
    await this.#webhooks.close()
    this.#world.egress.close()
    await this.#kept.close()
    await this.#spending.stop()
    await this.#fleet?.close()
  }

  /** Ends the calls under way with a typed error, at once. */
  endCalls(): void {
    this.#edge.stopAll()
  }

  /** Who may call, and how much. */
  #useCallers({ config, secrets }: LoadedConfig): void {
    this.#callers.use(config, secrets)
    this.#webhooks.use({ config, secrets })
    this.#secretWatch.use(config, this.#world.providers)
    this.#bounds.use(config)
  }

  #fleetOn(registry: Registry): JoinedFleet | undefined {
    return joinFleet(this.#parts, registry, {
      told: this.#bounds.books.budgets.budgets,
      onGateways: (gateways) => this.#bounds.shareAmong(gateways),
      onForgotten: () => this.#spending.forgotten(),
    })
  }

  #recordedSpending(registry: Registry): RecordedSpending {
    return new RecordedSpending({
      ...this.#parts,
      registry,
      random: evenRandom,
      budgets: this.#bounds.books.budgets,
      rules: () => budgetsFrom(this.config.budgets),
      fleet: this.#fleet,
    })
  }

  #toDiscover(): DiscoverySettings {
    const { config, providers } = this.#world
    return { enabled: config.discover, ownPort: this.#listeners.port ?? config.server.port, providers }
  }

  #build(loaded: LoadedConfig & { readonly generation: number }, before: World | undefined): World {
    this.#measured = this.#parts.readMeasured()
    const way = wayOut(loaded, before, this.#lasting)
    return buildWorld({ ...loaded, measured: this.#measured }, way, this.#lasting)
  }

  /** Everything off the path of a call. */
  #routes(registry: Registry, traces: RecentTraces): readonly Route[] {
    const { clock } = this.#lasting
    const { ledger, fellows } = this.#parts
    const seeAll: SeeDeployments = () => this.#seeAll()
    standingGauges(registry, () => standingsOf(seeAll(), clock.nowMs()))
    if (fellows !== undefined) {
      answerFellows(fellows, {
        registry,
        traces,
        clock,
        seeDeployments: seeAll,
        flush: () => Promise.all([this.#kept.flush(), ledger.flush()]),
        freed: (nowMs) => this.#edge.world.pipeline.lines.freed(nowMs),
      })
    }
    const inside = {
      registry,
      traces,
      seeDeployments: seeAll,
      config: () => this.config,
      teams: () => this.#callers.teams,
      openWebhooks: () => this.#webhooks.open(),
    }
    return gatewayRoutes(routeParts(this.#parts, this.#lasting, inside))
  }

  #watchesOn(registry: Registry, happenings: Happenings): readonly Watch[] {
    return gatewayWatches(this.#parts, this.#lasting, {
      registry,
      happenings,
      fleet: this.#fleet,
      overload: this.#overload,
      secretWatch: this.#secretWatch,
      callers: this.#callers.callers,
      world: () => this.#world,
      providers: () => this.#discovery.known().map(({ provider }) => provider),
      seeAll: () => this.#seeAll(),
      expel: (ended) => this.#edge.expelEnded(ended),
      tell: (event) => this.#webhooks.tell(event),
    })
  }

  #secretWatchOn(registry: Registry): SecretWatch {
    const { clock } = this.#parts
    const onDue = (age: CredentialAge): void => this.#webhooks.tell(credentialDue(age, clock.wallMs()))
    return new SecretWatch({ ...this.#parts, registry, secrets: this.#parts.secrets, onDue })
  }

  #seeAll(): ReturnType<SeeDeployments> {
    return seeDeployments(this.#world.config.models.keys(), this.#world, this.#lasting)
  }
}
