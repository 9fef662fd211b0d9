// `sallyport start`: runs the gateway until somebody asks it to stop. It says where it listens before it looks for
// anything, takes over changes of its config while it runs, and leaves without cutting a call.
import { loadConfig } from './read-config.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { Gateway } from '../compose/gateway.ts'
import { loadFleet } from '../compose/load-fleet.ts'
import { readMeasured, watchedMeasuredPath } from '../compose/measured-capabilities.ts'
import { openStore } from '../compose/open-store.ts'
import type { OpenStore } from '../compose/open-store.ts'
import type { FellowWorkers } from '../compose/fellow-workers.ts'
import { systemClock, wait } from '../platform/system-clock.ts'
import type { TextWritten } from '../platform/write-text.ts'
import { Log } from '../telemetry/log.ts'
import { firstKeyText, foundText, listeningText } from './banner.ts'
import { configFacts } from './config-facts.ts'
import { firstConfig } from './first-config.ts'
import type { FirstConfig } from './first-config.ts'
import { noNotes, noteReloads } from './note-reloads.ts'
import { LastGood } from './last-good.ts'
import type { ProcessPort, StopSignal } from './process-port.ts'
import { reloadOnChange } from './reload-config.ts'
import { logFormatIn, withOptions, workersIn } from './start-options.ts'
import type { StartOptions } from './start-options.ts'
import { fellowsOf, startWorkers } from './workers/start-workers.ts'

/** How long a process that has failed in an unknown way may still try to say goodbye. */
const emergencyMs = 2_000
/** Beyond the drain's own time nothing is waited for. */
const watchdogMs = 10_000
/** How long the call that is shown to a new user waits for a model to name. */
const firstLookMs = 1_500

/** Runs until a signal; resolves with the exit code. */
export async function start(port: ProcessPort, options: StartOptions): Promise<number> {
  const fellows = fellowsOf(port)
  const dataDir = options.dataDir ?? '.sallyport'
  const lastGood = new LastGood(dataDir, configFacts(port))
  // Whether it may be the last good one was decided for all workers by who started them.
  const wish = fellows === undefined ? options : { ...options, lastGood: options.lastGood ?? true }
  const chosen = firstConfig(port, wish, lastGood)
  if (chosen === undefined) return 1
  const first = withOptions(chosen.loaded, options, fellows?.place)
  const starting: Starting = { port, options, dataDir, lastGood, chosen, first, fellows }
  const count = workersIn(first, options)
  return fellows === undefined && count > 1 ? await supervise(starting, count) : await serve(starting)
}

interface Starting {
  readonly port: ProcessPort
  readonly options: StartOptions
  readonly dataDir: string
  readonly lastGood: LastGood
  readonly chosen: FirstConfig
  readonly first: LoadedConfig
  /** There where this is one of several processes. */
  readonly fellows: FellowWorkers | undefined
}

async function supervise({ port, options, lastGood, first }: Starting, count: number): Promise<number> {
  const code = await startWorkers({
    port,
    first,
    count,
    logFormat: logFormatIn(first, options, port),
    watchdogMs,
    onServing: (url, log) => noteKept(lastGood.begin(url), log),
    onLeave: () => lastGood.leave(),
  })
  lastGood.end()
  return code
}

async function serve(starting: Starting): Promise<number> {
  const { port, options, dataDir, lastGood, chosen, first, fellows } = starting
  const logFormat = logFormatIn(first, options, port)
  const isText = logFormat === 'text'
  const log = new Log({ write: port.print }, systemClock, logFormat)
  log.level = first.config.log.level
  if (fellows !== undefined) log.always({ worker: fellows.place.number })
  const store = await openStore(dataDir, { clock: systemClock, log })
  const gateway = new Gateway(first, {
    ...store,
    fleet: await loadFleet(first, port.environment, fellows),
    clock: systemClock,
    log,
    environment: port.environment,
    fellows,
    readMeasured: () => readMeasured(store.directory, log),
    residentBytes: port.residentBytes,
    droppedLines: port.droppedLines,
  })
  await gateway.loadBudgets()
  await gateway.joinFleet()
  const { url, adminUrl } = gateway.listen()
  // What is said and made once is so by the first.
  const isFirst = fellows === undefined || fellows.place.isFirst
  // Not before it listens: of a start that failed nobody would read the key, and no later one makes another.
  const firstKey = isFirst ? await store.firstKey(first.config.keys.length > 0) : undefined
  if (chosen.instead !== undefined) {
    const { problems, since } = chosen.instead
    gateway.reloadRefused()
    log.error('config_refused', { problems, in_use: `that of ${since}` })
  }
  const config = first.source ?? 'none'
  log.info('listening', { url, admin: adminUrl, config, data: store.directory })
  if (isText && isFirst) port.print(listeningText(url, first.source))
  store.ledger.start()
  if (fellows === undefined) noteKept(lastGood.begin(url), log)
  keepGood(chosen.loaded, lastGood, log)
  fellows?.serving(first.config.server.drain_timeout)
  tellWhatIsFound(gateway, { port, log, isText: isText && isFirst, url, firstKey })
  const watching = reloadOnChange({
    port,
    gateway,
    log,
    files: first.files,
    measured: watchedMeasuredPath(store.directory),
    // All workers reload; one of them writes it down.
    audit: (fellows?.place.number ?? 1) === 1 ? noteReloads(store.trail, log, first) : noNotes,
    read: () => loadConfig(options.config, configFacts(port)),
    withOptions: (loaded) => withOptions(loaded, options, fellows?.place),
    taken: (loaded) => {
      keepGood(loaded, lastGood, log)
      fellows?.serving(loaded.config.server.drain_timeout)
    },
  })
  const ended = await untilStopped(port, log)
  watching.close()
  if (ended.kind === 'signal') lastGood.leave()
  const code = await leave(ended, { port, gateway, store, log })
  if (ended.kind === 'signal') lastGood.end()
  return code
}

interface Telling {
  readonly port: ProcessPort
  readonly log: Log
  readonly isText: boolean
  readonly url: string
  readonly firstKey: string | undefined
}

/** Looks for models and servers, and says what there is; the first key soon, whoever has answered by then. */
function tellWhatIsFound(gateway: Gateway, { port, log, isText, url, firstKey }: Telling): void {
  const discovered = gateway.discover()
  if (firstKey !== undefined) {
    void Promise.race([discovered, wait(systemClock, firstLookMs)]).then(() => {
      port.print(firstKeyText(url, firstKey, gateway.modelNames()[0]))
    })
  }
  void discovered.then((found) => {
    log.info('models', { count: found.reduce((sum, { listed }) => sum + listed.size, 0) })
    if (isText) port.print(foundText(found, [...gateway.config.models.keys()]))
  })
}

type End = { readonly kind: 'signal'; readonly signal: StopSignal } | { readonly kind: 'bug' }

/** What nobody caught leaves the process in a state that nobody knows: it stops. */
function untilStopped(port: ProcessPort, log: Log): Promise<End> {
  return new Promise((resolve) => {
    void port.stopRequested().then((signal) => resolve({ kind: 'signal', signal }))
    // Nobody would start it anew, or stop it.
    port.supervisor?.onGone(() => resolve({ kind: 'signal', signal: 'SIGINT' }))
    port.onUncaught((failure) => {
      log.error('uncaught', {
        error: failure instanceof Error ? (failure.stack ?? failure.message) : String(failure),
      })
      resolve({ kind: 'bug' })
    })
  })
}

interface Running {
  readonly port: ProcessPort
  readonly gateway: Gateway
  readonly store: OpenStore
  readonly log: Log
}

async function leave(end: End, { port, gateway, store, log }: Running): Promise<number> {
  const { drain_delay: delay, drain_timeout: timeout } = gateway.config.server
  const isBug = end.kind === 'bug'
  const timeoutMs = isBug ? emergencyMs : timeout
  // Nobody balances load onto a process that a person stops with Ctrl-C.
  const delayMs = end.kind === 'signal' && end.signal === 'SIGTERM' ? delay : 0
  port.exitBy(timeoutMs + watchdogMs, 1)
  log.info('draining', { calls: gateway.callsInFlight, reason: isBug ? 'bug' : end.signal })
  let hasFailed = isBug
  port.onUncaught(() => {
    // Nobody knows what goes on here any more: those who are inside are told, and nobody is waited for.
    if (!hasFailed) port.exitBy(emergencyMs + watchdogMs, 1)
    hasFailed = true
    gateway.endCalls()
  })
  await gateway.drain(delayMs, timeoutMs)
  await store.close()
  log.info('stopped')
  log.flush()
  return hasFailed ? 1 : 0
}

function keepGood(loaded: LoadedConfig, lastGood: LastGood, log: Log): void {
  noteKept(lastGood.keep(loaded, systemClock.wallMs()), log)
}

/** The gateway runs without it as well. */
function noteKept(written: TextWritten, log: Log): void {
  if (!written.ok) log.warn('last_good_not_kept', { reason: `the file ${written.reason}` })
}
