// The config that a gateway starts with: the file, or what worked before it where the file is refused.
import type { LoadedConfig, LoadOutcome, LoadParts } from '../config/load-config.ts'
import { formatProblems } from '../config/problem.ts'
import type { LastGood } from './last-good.ts'
import type { CommonOptions } from './options.ts'
import type { ProcessPort } from './process-port.ts'

export interface FirstConfigOptions extends CommonOptions {
  /** Whether a refused config is replaced by the last that worked. Left out, only after a crash. */
  readonly lastGood?: boolean
}

export interface FirstConfig {
  readonly loaded: LoadedConfig
  /** There when the file was refused: why, and since when that has worked which is used in its place. */
  readonly instead?: { readonly problems: string; readonly since: string }
}

export interface FirstConfigParts {
  readonly lastGood: LastGood
  readonly facts: LoadParts
  /** Reads the config that `--config` names, or the usual one. */
  read(facts: LoadParts): Promise<LoadOutcome>
}

/** Loads it; undefined when there is none to start with, which has then been said. */
export async function firstConfig(
  port: ProcessPort,
  options: FirstConfigOptions,
  { lastGood, facts, read }: FirstConfigParts,
): Promise<FirstConfig | undefined> {
  const outcome = await read(facts)
  if (outcome.ok) return { loaded: outcome }
  const problems = formatProblems(outcome)
  port.printError(`${problems}\n`)
  const before = options.lastGood === false ? undefined : await lastGood.load(outcome, read)
  if (before === undefined) return undefined
  if (options.lastGood === true || lastGood.isAfterCrash) {
    port.printError(`Going on with the config that worked on ${before.since}.\n`)
    return { loaded: before.loaded, instead: { problems: problems.trim(), since: before.since } }
  }
  port.printError(`The config that worked on ${before.since} is kept; start with --last-good to use it.\n`)
  return undefined
}
