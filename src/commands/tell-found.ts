// Tells what a gateway has found, and once its first key.
import type { Gateway } from '../compose/gateway.ts'
import { systemClock, wait } from '../platform/system-clock.ts'
import type { Log } from '../telemetry/log.ts'
import { firstKeyText, foundText } from './banner.ts'
import type { ProcessPort } from './process-port.ts'

/** How long the call that is shown to a new user waits for a model to name. */
const firstLookMs = 1_500

interface Telling {
  readonly port: ProcessPort
  readonly log: Log
  readonly isText: boolean
  readonly url: string
  readonly firstKey: string | undefined
}

/** Looks for models and servers, and says what there is; the first key soon, whoever has answered by then. */
export function tellWhatIsFound(gateway: Gateway, { port, log, isText, url, firstKey }: Telling): void {
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
