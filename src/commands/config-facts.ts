// What loading a config needs to know of this process.
import { loadConfig } from '../config/load-config.ts'
import type { LoadedConfig, LoadParts } from '../config/load-config.ts'
import { formatProblems } from '../config/problem.ts'
import { fullPath, readText } from '../platform/read-text.ts'
import { catalogue } from '../providers/catalogue.ts'
import type { ProcessPort } from './process-port.ts'

/** The catalogue, the environment and the files. */
export function configFacts({ environment }: ProcessPort): LoadParts {
  return { knownProviders: catalogue, environment, readText, fullPath }
}

/** The config, or undefined when it is refused and that has been said. */
export function loadOrSay(port: ProcessPort, path: string | undefined): LoadedConfig | undefined {
  const loaded = loadConfig(path, configFacts(port))
  if (loaded.ok) return loaded
  port.printError(`${formatProblems(loaded)}\n`)
  return undefined
}
