// What a run with canaries begins with: keys, prompts and answers that stand nowhere else.
import { newCanary } from './canary.ts'
import type { Canary } from './canary.ts'

export type SeedName =
  | 'providerKey'
  | 'fileKey'
  | 'clientKey'
  | 'rootKey'
  | 'laterKey'
  | 'slipKey'
  | 'hookSecret'
  | 'guessedKey'
  | 'prompt'
  | 'answer'
  | 'keptPrompt'
  | 'keptAnswer'

export type Seeds = Readonly<Record<SeedName, Canary>>

/** The canaries that a run begins with. */
export function newSeeds(): Seeds {
  return {
    providerKey: newCanary('provider key', 'secret', 'sk-'),
    fileKey: newCanary('provider key of a file', 'secret', 'sk-ant-'),
    clientKey: newCanary('client key', 'secret', 'client-'),
    rootKey: newCanary('administrator key', 'secret', 'root-'),
    laterKey: newCanary('key of a later config', 'secret', 'later-'),
    slipKey: newCanary('key that was written into the config by mistake', 'secret', 'sk-proj-'),
    hookSecret: newCanary('webhook secret', 'secret', 'whsec_'),
    guessedKey: newCanary('wrong key', 'secret', 'guess-'),
    prompt: newCanary('prompt', 'said', 'blackbird'),
    answer: newCanary('answer', 'said', 'nightingale'),
    keptPrompt: newCanary('kept prompt', 'kept', 'magpie'),
    keptAnswer: newCanary('kept answer', 'kept', 'goldfinch'),
  }
}
