// One process that serves: alone, or as a worker among several. It says where it listens before it looks for anything, takes
// over changes of its config while it runs, and leaves without cutting a call.
import type { LoadedConfig, LoadOutcome, LoadParts } from '../config/load-config.ts'
import { keysOfConfig } from '../compose/encryption.ts'
import type { FellowWorkers } from '../compose/fellow-workers.ts'
import { Gateway } from '../compose/gateway.ts'
import { loadFleet } from '../compose/load-fleet.ts'
import { readMeasured, watchedMeasuredPath } from '../compose/measured-capabilities.ts'
import { openStore, placeOf } from '../compose/open-store.ts'
import type { GatewaySecrets } from '../compose/secret-stores.ts'
import { systemClock } from '../platform/system-clock.ts'
import { Log } from '../telemetry/log.ts'
import { listeningText } from './banner.ts'
import { configFacts } from './config-facts.ts'
import type { FirstConfig } from './first-config.ts'
import { keepGood, noteKept } from './last-good.ts'
import type { LastGood } from './last-good.ts'
import { noNotes, noteReloads } from './note-reloads.ts'
import type { ProcessPort } from './process-port.ts'
import { reloadOnChange } from './reload-config.ts'
import { logFormatIn, withOptions } from './start-options.ts'
import type { StartOptions } from './start-options.ts'
import { leave, untilStopped } from './stop-serving.ts'
import { tellWhatIsFound } from './tell-found.ts'

/** Reads the config that the options name; `anew`: what stores outside keep is asked for again. */
export type ReadConfig = (from: LoadParts, anew?: boolean) => Promise<LoadOutcome>

export interface Starting {
  readonly port: ProcessPort
  readonly options: StartOptions
  readonly dataDir: string
  readonly secrets: GatewaySecrets
  readonly read: ReadConfig
  readonly lastGood: LastGood
  readonly chosen: FirstConfig
  readonly first: LoadedConfig
  /** There where this is one of several processes. */
  readonly fellows: FellowWorkers | undefined
}

/** Serves until a signal; resolves with the exit code. */
export async function serve(starting: Starting): Promise<number> {
  const { port, options, dataDir, secrets, read, lastGood, chosen, first, fellows } = starting
  const logFormat = logFormatIn(first, options, port)
  const isText = logFormat === 'text'
  const log = new Log({ write: port.print }, systemClock, logFormat)
  log.level = first.config.log.level
  if (fellows !== undefined) log.always({ worker: fellows.place.number })
  const store = await openStore(placeOf(dataDir, first, port.environment), { clock: systemClock, log })
  await store.encryption.use(keysOfConfig(first))
  const gateway = new Gateway(first, {
    ...store,
    fleet: await loadFleet(first, port.environment, fellows),
    clock: systemClock,
    log,
    secrets,
    environment: port.environment,
    fellows,
    readMeasured: () => readMeasured(store.directory, log),
    residentBytes: port.residentBytes,
    droppedLines: port.droppedLines,
  })
  await gateway.learnSpending()
  const { url, adminUrl } = gateway.listen()
  // What is said and made once is so by the first.
  const isFirst = fellows === undefined || fellows.place.isFirst
  // Not before it listens: of a start that failed nobody would read the key, and no later one makes another.
  const firstKey = isFirst ? await store.firstKey(first.config.keys.length > 0) : undefined
  tellOfInstead(chosen, gateway, log)
  const config = first.source ?? 'none'
  log.info('listening', { url, admin: adminUrl, config, data: store.directory, database: store.database })
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
    read: ({ anew }) => read(configFacts(port), anew),
    prepare: async (loaded) => await store.encryption.use(keysOfConfig(loaded)),
    withOptions: (loaded) => withOptions(loaded, options, fellows?.place),
    taken: (loaded) => {
      keepGood(loaded, lastGood, log)
      fellows?.serving(loaded.config.server.drain_timeout)
    },
  })
  secrets.start(() => watching.reload({ anew: false }))
  const ended = await untilStopped(port, log)
  watching.close()
  await secrets.close()
  if (ended.kind === 'signal') lastGood.leave()
  const code = await leave(ended, { port, gateway, store, log })
  if (ended.kind === 'signal') lastGood.end()
  return code
}

/** The file was refused at the start, and what worked before it is used. */
function tellOfInstead({ instead }: FirstConfig, gateway: Gateway, log: Log): void {
  if (instead === undefined) return
  gateway.reloadRefused()
  log.error('config_refused', { problems: instead.problems, in_use: `that of ${instead.since}` })
}
