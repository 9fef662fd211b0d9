// `sallyport models`: what could be called if the gateway ran here with this config, one name a line.
import { formatProblems } from '../config/problem.ts'
import { findModels } from '../compose/find-models.ts'
import { systemClock } from '../platform/system-clock.ts'
import type { CommonOptions } from './options.ts'
import type { ProcessPort } from './process-port.ts'
import { readConfigOnce } from './read-with-stores.ts'

/** Asks every provider for its list; one that does not answer is said on standard error. */
export async function listModels(port: ProcessPort, { config }: CommonOptions): Promise<number> {
  const loaded = await readConfigOnce(port, config)
  if (!loaded.ok) {
    port.printError(`${formatProblems(loaded)}\n`)
    return 1
  }
  const { names, silent } = await findModels(loaded, { clock: systemClock, environment: port.environment })
  for (const name of names) port.print(`${name}\n`)
  for (const provider of silent) {
    port.printError(`${provider} gave no list; "${provider}/<model>" works all the same.\n`)
  }
  return 0
}
