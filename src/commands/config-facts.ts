// What loading a config needs to know of this process.
import type { LoadParts } from '../config/load-config.ts'
import { fullPath, readText } from '../platform/read-text.ts'
import { catalogue } from '../providers/catalogue.ts'
import type { ProcessPort } from './process-port.ts'

/** The catalogue, the environment and the files. */
export function configFacts({ environment }: ProcessPort): LoadParts {
  return { knownProviders: catalogue, environment, readText, fullPath }
}
