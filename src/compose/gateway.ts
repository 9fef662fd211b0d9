// The running gateway: opens what lasts, builds a world from each config, swaps one reference on reload, and goes
// away without cutting anybody off. Plain calls, top to bottom; which adapter is behind a port is known in this folder alone.
import type { AuditTrail } from '../audit/audit-trail.ts'
import type { Clock } from '../core/clock.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { Edge } from '../http/edge.ts'
import type { Overload } from '../http/overload.ts'
import type { Route } from '../http/router.ts'
import type { SeeDeployments } from '../http/admin/seen-deployments.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { KeyStore, SecretHash } from '../keys/key-store.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { PriceBook } from '../ledger/prices/price-book.ts'
import { Deadlines } from '../platform/deadlines.ts'
import { createEgress } from '../platform/egress/egress.ts'
import { sha256 } from '../platform/hmac.ts'
import { evenRandom } from '../platform/random.ts'
import { wait } from '../platform/system-clock.ts'
import { startHttpServer } from '../platform/http-server.ts'
import type { HttpServer, HttpServerSettings } from '../platform/http-server.ts'
import { rememberingResolver, systemResolver } from '../platform/egress/resolver.ts'
import type { BudgetBook } from '../limits/budget-book.ts'
import { DeploymentLimits } from '../limits/deployment-limits.ts'
import { LimitBook } from '../limits/limit-book.ts'
import { budgetsFrom, limitsFrom } from '../limits/rules-of-config.ts'
import type { ReportedModelsStore } from '../routing/life/reported-models.ts'
import type { CredentialAge, FirstSeenStore } from '../secrets/credential-ages.ts'
import { CallTelemetry } from '../telemetry/call-telemetry.ts'
import type { Log } from '../telemetry/log.ts'
import { Registry } from '../telemetry/metrics.ts'
import { RecentTraces } from '../telemetry/recent-traces.ts'
import { standingGauges } from '../telemetry/routing-telemetry.ts'
import { Discovery } from './discovery.ts'
import type { DiscoverySettings } from './discovery.ts'
import { deploymentLimitsFrom } from './deployment-limits-from.ts'
import { answerFellows, findsEverywhere, keptByAll, spendOfAll } from './fellow-views.ts'
import type { FellowWorkers } from './fellow-workers.ts'
import { gatewayHandlers, gatewayRoutes } from './gateway-routes.ts'
import type { GatewayHandlers } from './gateway-routes.ts'
import { keyDesk } from './key-desk.ts'
import { namingIn } from './naming-in.ts'
import { keyNamesOf } from './load-budgets.ts'
import { keptResponses } from './kept-responses.ts'
import { KeyNews } from './key-news.ts'
import { KeyWatch } from './key-watch.ts'
import { GatewayCallers } from './gateway-callers.ts'
import type { KeptResponses, KeptStores } from './kept-responses.ts'
import { joinFleet } from './load-fleet.ts'
import type { FleetOffer, JoinedFleet } from './load-fleet.ts'
import { nothingMeasured } from './measured-capabilities.ts'
import type { MeasuredLookup } from './measured-capabilities.ts'
import type { ListedProvider } from './model-directory.ts'
import { watchHealth } from './watch-health.ts'
import { watchLoad } from './watch-load.ts'
import { ModelWatch } from './model-watch.ts'
import { RecordedSpending } from './recorded-spending.ts'
import type { GatewaySecrets } from './secret-stores.ts'
import { SecretWatch } from './secret-watch.ts'
import { seeDeployments, standingsOf } from './see-deployments.ts'
import { memoryWithNews } from './sick-news.ts'
import type { DeliveryStore } from '../webhooks/ports.ts'
import { Webhooks } from './webhooks.ts'
import { Happenings } from './happenings.ts'
import { credentialDue, keyExpires } from './webhook-events.ts'
import { buildWorld, egressSettingsOf } from './world.ts'
import type { LastingParts, World } from './world.ts'

export interface GatewayParts {
  readonly clock: Clock
  readonly log: Log
  readonly keys: KeyRing
  readonly keyStore: KeyStore
  readonly secretHash: SecretHash
  readonly trail: AuditTrail
  readonly ledger: Ledger
  readonly kept: KeptStores
  readonly reportedModels: ReportedModelsStore
  /** Undefined for a gateway that is alone. */
  readonly fleet: FleetOffer | undefined
  readonly firstSeen: FirstSeenStore
  /** What stores outside keep; undefined where none is asked. */
  readonly secrets?: GatewaySecrets
  /** Where what is to be told by webhooks is kept. */
  webhooks(): Promise<DeliveryStore>
  /** A name for an account at a provider, from which nothing of it can be had. */
  fingerprint(text: string): string
  /** A keyed hash of a text, whole. */
  hashOf(text: string): string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** There where this is one of several processes that serve a port together. */
  readonly fellows?: FellowWorkers | undefined
  /** What was measured of deployments; asked again at each reload. */
  readMeasured(): MeasuredLookup
  /** Bytes of memory that the process holds. */
  residentBytes(): number
  /** Log lines lost because nobody read them. */
  droppedLines(): number
}

/** The runtime's own limit stands above ours, so that ours can answer with an envelope. */
const runtimeBodySlackBytes = 1024 * 1024
/** Streams that are still open this long before the end of the drain get their error event. */
const lastWordsMs = 5_000
const operatorAdvice = 'Choose another address with server.admin.host and server.admin.port.'
/** How often is looked whether everything has been sent. */
const sentLookMs = 50

/** Where it can be reached. */
export interface Listening {
  readonly url: string
  /** Where operators have a listener of their own. */
  readonly adminUrl: string | undefined
}

export class Gateway {
  readonly #parts: GatewayParts
  readonly #lasting: LastingParts
  readonly #edge: Edge
  readonly #discovery: Discovery
  readonly #reloads: { add(by: number, result: string): void }
  readonly #handlers: GatewayHandlers
  readonly #kept: KeptResponses
  #measured: MeasuredLookup = nothingMeasured
  readonly #overload: Overload
  readonly #limits = new LimitBook()
  readonly #deploymentLimits = new DeploymentLimits()
  readonly #budgets: BudgetBook
  readonly #fleet: JoinedFleet | undefined
  readonly #spending: RecordedSpending
  readonly #watch: ModelWatch
  readonly #callers: GatewayCallers
  readonly #secretWatch: SecretWatch
  readonly #healthWatch: ReturnType<typeof watchHealth>
  readonly #keyWatch: KeyWatch
  readonly #webhooks: Webhooks
  #world: World
  #server: HttpServer | undefined
  #operatorServer: HttpServer | undefined

  /** Builds everything from a config that has been checked. Throws when it cannot be built. */
  constructor(loaded: LoadedConfig, parts: GatewayParts) {
    const { clock, log, ledger, environment } = parts
    const registry = new Registry()
    const traces = new RecentTraces(clock)
    this.#webhooks = new Webhooks({ ...parts, registry, egress: () => this.#world.egress })
    const happenings = new Happenings({ ...parts, registry }, (event) => this.#webhooks.tell(event))
    this.#budgets = happenings.budgetBook()
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
      ...this.#books(),
      reported: happenings.reported,
      prices: new PriceBook({ hash: sha256, keep: (version) => ledger.keepPrice(version) }),
      random: evenRandom,
      fingerprint: (text) => parts.fingerprint(text),
    }
    this.#world = this.#build({ ...loaded, generation: 1 }, undefined)
    this.#watch = new ModelWatch(clock, () => {
      happenings.stagesChanged(this.#world.directory.checkDays())
      happenings.reported.save()
    })
    this.#edge = new Edge(this.#world.edge, this.#lasting)
    this.#discovery = this.#newDiscovery()
    this.#secretWatch = this.#secretWatchOn(registry)
    this.#useCallers(loaded)
    this.#discovery.use(this.#toDiscover())
    this.#reloads = reloadCounter(registry)
    this.#gauges(registry)
    this.#healthWatch = this.#healthWatchOn(registry)
    this.#keyWatch = this.#keyWatchOn(registry)
    this.#handlers = gatewayHandlers(this.#edge, this.#routes(registry, traces), {
      hasOperatorListener: loaded.config.server.admin !== 'off',
    })
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
    const { host, port, admin } = config.server
    const bodyBytesMax = config.server.body_limit + runtimeBodySlackBytes
    this.#kept.start()
    this.#overload.start()
    this.#watch.start()
    this.#healthWatch.start()
    this.#secretWatch.start()
    this.#keyWatch.start()
    const place = { host, port, bodyBytesMax, tls, isShared: this.#parts.fellows !== undefined }
    this.#server = startHttpServer(place, this.#handlers.ofClients)
    if (admin !== 'off') this.#operatorServer = this.#listenToOperators({ ...place, ...admin })
    this.#webhooks.start()
    return { url: this.#server.url, adminUrl: this.#operatorServer?.url }
  }

  #listenToOperators(place: HttpServerSettings): HttpServer {
    try {
      return startHttpServer({ ...place, advice: operatorAdvice }, this.#handlers.ofOperators)
    } catch (failure) {
      this.#server?.close()
      throw failure
    }
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

  /**
   * Stops without cutting anybody: first only readiness says so, then nobody new is let in, then the calls under way
   * get what is left of the time, and whoever is still there a typed error.
   */
  async drain(delayMs: number, timeoutMs: number): Promise<void> {
    const { clock } = this.#parts
    const endMs = clock.nowMs() + timeoutMs
    this.#edge.beginDrain()
    if (delayMs > 0) await wait(clock, delayMs)
    this.#server?.stopListening()
    this.#discovery.stop()
    const graceMs = Math.max(0, endMs - clock.nowMs() - Math.min(lastWordsMs, timeoutMs / 6))
    await Promise.race([this.#edge.idle(), wait(clock, graceMs)])
    this.#edge.stopAll()
    await this.#untilSent(endMs)
    this.#edge.stopAll()
    this.#server?.close()
    // Whoever watches how it leaves can do so to the end.
    this.#operatorServer?.close()
    this.#overload.stop()
    this.#watch.stop()
    this.#healthWatch.stop()
    this.#secretWatch.stop()
    this.#keyWatch.stop()
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

  /** What was said last has still to reach the sockets, and whole answers their clients. */
  async #untilSent(endMs: number): Promise<void> {
    const { clock } = this.#parts
    do await wait(clock, sentLookMs)
    while (clock.nowMs() < endMs && this.#isSending())
  }

  #isSending(): boolean {
    return this.#edge.callsInFlight > 0 || (this.#server?.answersUnderWay() ?? 0) > 0
  }

  /** Who may call, and how much. */
  #useCallers({ config, secrets }: LoadedConfig): void {
    const { clock } = this.#parts
    this.#callers.use(config, secrets)
    this.#webhooks.use({ config, secrets })
    this.#secretWatch.use(config, this.#world.providers)
    this.#limits.use(limitsFrom(config.limits), clock.nowMs())
    this.#deploymentLimits.use(deploymentLimitsFrom(config.models), clock.nowMs())
    this.#budgets.use(budgetsFrom(config.budgets), clock.wallMs())
  }

  #fleetOn(registry: Registry): JoinedFleet | undefined {
    const onGateways = (gateways: number): void => {
      this.#deploymentLimits.shareAmong(gateways, this.#parts.clock.nowMs())
    }
    const onForgotten = (): void => this.#spending.forgotten()
    return joinFleet(this.#parts, registry, { told: this.#budgets.budgets, onGateways, onForgotten })
  }

  #recordedSpending(registry: Registry): RecordedSpending {
    return new RecordedSpending({
      ...this.#parts,
      registry,
      random: evenRandom,
      budgets: this.#budgets,
      rules: () => budgetsFrom(this.config.budgets),
      fleet: this.#fleet,
    })
  }

  #books(): Pick<LastingParts, 'limits' | 'deploymentLimits' | 'budgets' | 'shared'> {
    return {
      limits: this.#limits,
      deploymentLimits: this.#deploymentLimits,
      budgets: this.#budgets,
      shared: this.#fleet?.holds,
    }
  }

  #toDiscover(): DiscoverySettings {
    const { config, providers } = this.#world
    return { enabled: config.discover, ownPort: this.#server?.port ?? config.server.port, providers }
  }

  #build(loaded: LoadedConfig & { readonly generation: number }, before: World | undefined): World {
    this.#measured = this.#parts.readMeasured()
    return buildWorld({ ...loaded, measured: this.#measured }, this.#wayOut(loaded, before), this.#lasting)
  }

  /** Kept connections outlive a reload that does not change the way out. */
  #wayOut(
    { config, secrets }: LoadedConfig,
    before: World | undefined,
  ): Pick<World, 'egress' | 'egressSettings'> {
    const egressSettings = egressSettingsOf(config, secrets)
    if (before !== undefined && JSON.stringify(before.egressSettings) === JSON.stringify(egressSettings)) {
      // These two alone: the old world as a whole would be laid over the new one.
      return { egress: before.egress, egressSettings }
    }
    const { clock, deadlines } = this.#lasting
    const resolve = rememberingResolver(systemResolver, clock)
    return { egress: createEgress(egressSettings, { clock, deadlines, resolve }), egressSettings }
  }

  /** Everything off the path of a call. */
  #routes(registry: Registry, traces: RecentTraces): readonly Route[] {
    const { clock, memory } = this.#lasting
    const { ledger, trail, keys, keyStore: store, secretHash: hash, fellows } = this.#parts
    const desk = keyDesk({
      store,
      hash,
      trail,
      clock,
      ring: keys,
      teams: () => this.#callers.teams,
      naming: (level, limited) => namingIn(this.config, level, limited),
    })
    const seeAll: SeeDeployments = () => this.#seeAll()
    const { responses, bodies } = this.#kept.parts
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
    return gatewayRoutes({
      registry,
      fellows,
      traces,
      trail,
      desk,
      openWebhooks: () => this.#webhooks.open(),
      responses,
      bodies: { settings: () => this.config.log.bodies, erase: (filter) => bodies.erase(filter) },
      healths: memory.health,
      seeDeployments: seeAll,
      findAttempts: findsEverywhere(ledger, fellows),
      spend: {
        source: spendOfAll(ledger, fellows),
        keyNames: () => keyNamesOf(keys),
        standingsOf: (caller) => ({
          budgets: this.#budgets.standings({ caller, tags: caller.tags ?? [] }, clock.wallMs()),
          limits: this.#limits.standings(caller, clock.nowMs()),
        }),
      },
    })
  }

  #healthWatchOn(registry: Registry): ReturnType<typeof watchHealth> {
    return watchHealth({
      ...this.#lasting,
      log: this.#parts.log,
      registry,
      world: () => this.#world,
      providers: () => this.#discovery.known().map(({ provider }) => provider),
      seeAll: () => this.#seeAll(),
    })
  }

  #secretWatchOn(registry: Registry): SecretWatch {
    const { clock } = this.#parts
    const onDue = (age: CredentialAge): void => this.#webhooks.tell(credentialDue(age, clock.wallMs()))
    return new SecretWatch({ ...this.#parts, registry, secrets: this.#parts.secrets, onDue })
  }

  #keyWatchOn(registry: Registry): KeyWatch {
    const { clock, keys } = this.#parts
    const channel = this.#fleet?.channel
    const news =
      channel &&
      new KeyNews({
        channel,
        clock,
        look: () => keys.refresh(),
        revokedWithin: (withinMs) => keys.revokedWithin(withinMs),
        revokedElsewhere: (ids) => keys.revokedElsewhere(ids),
      })
    const holds = this.#fleet?.holds
    if (holds !== undefined) keys.hearWhile(() => !holds.isLocal)
    return new KeyWatch({
      ...this.#parts,
      registry,
      callers: this.#callers.callers,
      recheckMs: () => this.#world.config.server.recheck_keys,
      expel: (ended) => this.#edge.expelEnded(ended),
      onEndsSoon: (key) => this.#webhooks.tell(keyExpires(key, clock.wallMs())),
      onChanged: () => news?.noticed(),
    })
  }

  #seeAll(): ReturnType<SeeDeployments> {
    return seeDeployments(this.#world.config.models.keys(), this.#world, this.#lasting)
  }

  #gauges(registry: Registry): void {
    const { ledger, keys, residentBytes, droppedLines } = this.#parts
    registry.gauge('sallyport_calls_in_flight', 'Calls under way.', () => this.#edge.callsInFlight)
    registry.gauge(
      'sallyport_config_generation',
      'Which config answers new calls.',
      () => this.#world.edge.generation,
    )
    registry.gauge('sallyport_egress_connections_active', 'Connections to providers in use.', () => {
      return this.#world.egress.connections().active
    })
    registry.gauge(
      'sallyport_egress_connections_idle',
      'Connections to providers kept for the next call.',
      () => {
        return this.#world.egress.connections().idle
      },
    )
    registry.gauge('sallyport_spool_bytes', 'Usage records on disk, not yet in the database.', () => {
      return ledger.stats().spoolBytes
    })
    registry.gauge('sallyport_keys', 'API keys that can be used.', () => keys.size)
    registry.gauge('sallyport_log_lines_dropped', 'Log lines lost because nobody read them.', droppedLines)
    registry.gauge('process_resident_memory_bytes', 'Memory that the process holds.', residentBytes)
  }
}

function reloadCounter(registry: Registry) {
  return registry.counter('sallyport_config_reloads_total', 'Config reloads by result.', ['result'])
}
