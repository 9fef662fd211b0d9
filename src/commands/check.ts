// `sallyport check`: reads the config as `start` would, builds what `start` would build of it, and says what is wrong.
import { formatProblems } from '../config/problem.ts'
import type { CommonOptions } from './options.ts'
import type { ProcessPort } from './process-port.ts'
import { readConfigOnce } from './read-with-stores.ts'

/** Resolves with 0 when the gateway would start with this config. */
export async function check(port: ProcessPort, { config }: CommonOptions): Promise<number> {
  const loaded = await readConfigOnce(port, config)
  if (!loaded.ok) {
    port.printError(`${formatProblems(loaded)}\n`)
    return 1
  }
  const { providers, models, keys } = loaded.config
  const counts = [
    counted(providers.size, 'provider'),
    counted(models.size, 'model'),
    counted(keys.length, 'key'),
  ]
  const source = loaded.source ?? 'No config file; the built-in defaults are'
  port.print(`${source}${loaded.source === undefined ? '' : ' is'} good: ${counts.join(', ')} declared.\n`)
  return 0
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
