// `sallyport health`: what a container asks to learn whether its gateway lives, where there is no curl. It asks the address
// that the running gateway has noted, and reads no config: one with a mistake in it must not end a gateway that serves.
import { askNearby } from '../platform/ask-nearby.ts'
import { configFacts } from './config-facts.ts'
import { LastGood } from './last-good.ts'
import type { ProcessPort } from './process-port.ts'

export interface HealthOptions {
  readonly dataDir?: string
  readonly ready?: boolean
}

const answerMs = 2_000

/** Resolves with 0 when it answers 200. */
export async function askHealth(port: ProcessPort, { dataDir, ready }: HealthOptions): Promise<number> {
  const directory = dataDir ?? '.sallyport'
  const url = new LastGood(directory, configFacts(port)).runningUrl
  if (url === undefined) {
    port.printError(`No gateway has noted that it runs on ${directory}.\n`)
    return 1
  }
  const path = ready === true ? '/ready' : '/health'
  const { status, reason } = await askNearby(url, path, answerMs)
  port.print(`${url}${path}: ${reason ?? status}\n`)
  return status === 200 ? 0 : 1
}
