// A gateway for one command, in this process: on a free port of this machine alone, so that it is in nobody's way and
// nobody comes to depend on it. It is silent, because standard output is the command's.
import type { LoadedConfig } from '../../config/load-config.ts'
import type { KeptPlace } from '../../compose/database-place.ts'
import { keysOfConfig } from '../../compose/encryption.ts'
import { Gateway } from '../../compose/gateway.ts'
import { readMeasured } from '../../compose/measured-capabilities.ts'
import type { MeasuredLookup } from '../../compose/measured-capabilities.ts'
import { openStore } from '../../compose/open-store.ts'
import { outputToFile } from '../../platform/output.ts'
import { systemClock, wait } from '../../platform/system-clock.ts'
import { Log } from '../../telemetry/log.ts'
import type { ProcessPort } from '../process-port.ts'

export interface OwnGateway {
  readonly url: string
  /** Lets calls under way end, and stores what they used. */
  close(): Promise<void>
}

export interface OwnGatewayOptions {
  readonly place: KeptPlace
  /** Where its log goes; nowhere without. */
  readonly logFile: string | undefined
}

/** A model that is named without its provider is known only once the providers have been asked. */
const listsMs = 5_000
/** The command has ended: who is still calling is a program that it left behind. */
const drainMs = 3_000

/** Starts it, and waits until the names of models are known. */
export async function startOwnGateway(
  loaded: LoadedConfig,
  port: ProcessPort,
  { place, logFile }: OwnGatewayOptions,
): Promise<OwnGateway> {
  const clock = systemClock
  const output = logFile === undefined ? undefined : outputToFile(logFile)
  const log = new Log({ write: (bytes) => output?.write(bytes) }, clock, 'json')
  log.level = loaded.config.log.level
  const store = await openStore(place, { clock, log })
  await store.encryption.use(keysOfConfig(loaded))
  const { environment, residentBytes, droppedLines } = port
  const parts = { ...store, clock, log, environment, residentBytes, droppedLines }
  const measured = (): MeasuredLookup => readMeasured(store.directory, log)
  const gateway = new Gateway(hereOnly(loaded), { ...parts, fleet: undefined, readMeasured: measured })
  await gateway.learnSpending()
  const { url } = gateway.listen()
  log.info('listening', { url, config: loaded.source ?? 'none', data: store.directory })
  store.ledger.start()
  await Promise.race([gateway.discover(), wait(clock, listsMs)])
  return {
    url,
    close: async () => {
      await gateway.drain(0, drainMs)
      await store.close()
      log.flush()
      await output?.close()
    },
  }
}

function hereOnly(loaded: LoadedConfig): LoadedConfig {
  const server = {
    ...loaded.config.server,
    host: '127.0.0.1',
    port: 0,
    tls: 'off' as const,
    admin: 'off' as const,
  }
  return { ...loaded, config: { ...loaded.config, server } }
}
