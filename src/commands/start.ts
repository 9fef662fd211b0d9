// `sallyport start`: reads the config, and runs the gateway until somebody asks it to stop, in this process or in several.
import { secretStores } from '../compose/secret-stores.ts'
import { evenRandom } from '../platform/random.ts'
import { systemClock } from '../platform/system-clock.ts'
import { configFacts } from './config-facts.ts'
import { firstConfig } from './first-config.ts'
import { LastGood, noteKept } from './last-good.ts'
import type { ProcessPort } from './process-port.ts'
import { readConfig } from './read-with-stores.ts'
import { serve } from './serve.ts'
import type { ReadConfig, Starting } from './serve.ts'
import { logFormatIn, withOptions, workersIn } from './start-options.ts'
import type { StartOptions } from './start-options.ts'
import { watchdogMs } from './stop-serving.ts'
import { fellowsOf, startWorkers } from './workers/start-workers.ts'

/** Runs until a signal; resolves with the exit code. */
export async function start(port: ProcessPort, options: StartOptions): Promise<number> {
  const fellows = fellowsOf(port)
  const dataDir = options.dataDir ?? '.sallyport'
  const facts = configFacts(port)
  const secrets = secretStores({ clock: systemClock, random: evenRandom, facts })
  const read: ReadConfig = (from, anew = false) =>
    readConfig(options.config, from, { secrets, anew, dataDir })
  const lastGood = new LastGood(dataDir, facts)
  // Whether it may be the last good one was decided for all workers by who started them.
  const wish = fellows === undefined ? options : { ...options, lastGood: options.lastGood ?? true }
  const chosen = await firstConfig(port, wish, { lastGood, facts, read })
  if (chosen === undefined) return 1
  const first = withOptions(chosen.loaded, options, fellows?.place)
  const starting: Starting = { port, options, dataDir, secrets, read, lastGood, chosen, first, fellows }
  const count = workersIn(first, options)
  return fellows === undefined && count > 1 ? await supervise(starting, count) : await serve(starting)
}

async function supervise(starting: Starting, count: number): Promise<number> {
  const { port, options, secrets, lastGood, first } = starting
  // The workers ask for themselves.
  await secrets.close()
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
