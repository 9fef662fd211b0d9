// `sallyport run`: runs a command behind the gateway. Whatever happens to the command, its key goes away with it, and
// its exit code is ours.
import type { LoadedConfig } from '../../config/load-config.ts'
import { databasePlace } from '../../compose/database-place.ts'
import type { KeptPlace } from '../../compose/database-place.ts'
import { meterKey } from '../../compose/key-usage.ts'
import type { KeyMeter } from '../../compose/key-usage.ts'
import { openKeys } from '../../compose/open-store.ts'
import type { OpenKeys } from '../../compose/open-store.ts'
import { makeKey } from '../../keys/manage-keys.ts'
import { CannotRun, startChild } from '../../platform/child-process.ts'
import { randomBytes } from '../../platform/random.ts'
import { systemClock } from '../../platform/system-clock.ts'
import type { CommonOptions } from '../options.ts'
import type { PassedSignal, ProcessPort } from '../process-port.ts'
import { readOrSay } from '../read-with-stores.ts'
import { readKeyOptions } from '../read-key-options.ts'
import { prepareCommand, programName } from './agents.ts'
import { childEnvironment, secretsOf } from './child-environment.ts'
import { findGateway } from './find-gateway.ts'
import { startOwnGateway } from './own-gateway.ts'
import type { OwnGateway } from './own-gateway.ts'
import { usageText } from './usage-text.ts'

export interface RunOptions extends CommonOptions {
  readonly models?: string
  readonly expires?: string
  readonly log?: string
  readonly quiet?: boolean
}

/** Should this process be killed, the key is of no use from then on. */
const expiresByDefault = '24h'
/** Another process stores the last records a quarter of a second after the calls. */
const lastRecordsMs = 3_000
/** So long the end may take when somebody wants it at once. */
const hurryMs = 500

/** Resolves with the exit code of the command. */
export async function run(
  port: ProcessPort,
  words: readonly [string, ...string[]],
  options: RunOptions,
): Promise<number> {
  const loaded = await readOrSay(port, options.config)
  if (loaded === undefined) return 1
  const dataDir = options.dataDir ?? '.sallyport'
  const place = { path: dataDir, database: databasePlace(loaded, port.environment) }
  const keys = await openKeys(place, { actor: 'cli', address: '' })
  try {
    return await new Run({ port, loaded, options, place, keys }).run(words)
  } finally {
    await keys.close()
  }
}

interface RunParts {
  readonly port: ProcessPort
  readonly loaded: LoadedConfig
  readonly options: RunOptions
  readonly place: KeptPlace
  readonly keys: OpenKeys
}

class Run {
  readonly #parts: RunParts
  #key = { id: '', secret: '' }
  #signalled: PassedSignal | undefined
  #onSignal: (signal: PassedSignal) => void = () => {}

  constructor(parts: RunParts) {
    this.#parts = parts
  }

  async run(words: readonly [string, ...string[]]): Promise<number> {
    const { port, keys, options } = this.#parts
    const nowMs = systemClock.wallMs()
    const name = keyName(words)
    const wanted = readKeyOptions({ expires: expiresByDefault, ...options, name }, nowMs)
    port.takeSignals((signal) => {
      this.#signalled ??= signal
      this.#onSignal(signal)
    })
    port.onUncaught((failure) => this.#say(`internal failure: ${String(failure)}`))
    this.#key = await makeKey(wanted, { store: keys.store, hash: keys.hash, nowMs, random: randomBytes })
    try {
      return await this.#withKey(words)
    } finally {
      await keys.store.remove(this.#key.id)
    }
  }

  async #withKey(words: readonly [string, ...string[]]): Promise<number> {
    const { keys, options } = this.#parts
    const meter = await meterKey(keys, this.#key.id, systemClock)
    try {
      const gateway = await this.#gateway()
      const startedMs = systemClock.nowMs()
      const code = await this.#runCommand(words, gateway)
      const tookMs = systemClock.nowMs() - startedMs
      if (options.quiet !== true) await this.#report(words, meter, tookMs)
      return code
    } catch (failure) {
      if (!(failure instanceof CannotRun)) throw failure
      this.#say(failure.message)
      return failure.exitCode
    } finally {
      meter.close()
    }
  }

  /** The gateway that runs already, or one of our own. */
  async #gateway(): Promise<OwnGateway> {
    const { port, loaded, options, place, keys } = this.#parts
    const found = await findGateway(loaded, this.#key.secret, systemClock)
    if (found.kind === 'serves') {
      this.#tell(`using the gateway on ${found.url}`)
      return { url: found.url, close: async () => {} }
    }
    const own = await startOwnGateway(loaded, port, { place, logFile: options.log })
    const why =
      found.kind === 'other'
        ? ` (the one on ${found.url} does not use the keys in ${place.database.kind === 'sqlite' ? keys.directory.path : keys.label})`
        : ''
    this.#tell(`a gateway for this run is on ${own.url}${why}`)
    return own
  }

  /** Runs the command, and lets nobody call any more when it has ended. */
  async #runCommand(words: readonly [string, ...string[]], gateway: OwnGateway): Promise<number> {
    try {
      return await this.#untilEnd(words, gateway.url)
    } finally {
      await this.#parts.keys.store.remove(this.#key.id)
      await gateway.close()
    }
  }

  /** The command runs with our terminal until it ends. */
  async #untilEnd(words: readonly [string, ...string[]], url: string): Promise<number> {
    const { port, loaded } = this.#parts
    // Somebody wanted the end before there was anything to end.
    if (this.#signalled !== undefined) return 128 + signalNumbers[this.#signalled]
    const place = { url, secret: this.#key.secret }
    const { words: prepared, change } = prepareCommand(words, place)
    const { environment } = port
    const secrets = secretsOf(loaded, environment)
    const child = startChild(prepared, childEnvironment({ environment, place, secrets, change }))
    this.#onSignal = (signal) => {
      // The terminal has sent it to the command too; twice is another thing than once.
      const isFromTerminal = port.hasTerminal && (signal === 'SIGINT' || signal === 'SIGQUIT')
      if (!isFromTerminal) child.signal(signal)
    }
    const code = await child.ended
    this.#onSignal = () => port.exitBy(hurryMs, code)
    return code
  }

  async #report(words: readonly [string, ...string[]], meter: KeyMeter, tookMs: number): Promise<void> {
    try {
      const reading = await meter.read(lastRecordsMs)
      this.#parts.port.printError(usageText(programName(words), reading, tookMs))
    } catch (failure) {
      // The command has done its work; its code must not be lost over the sum.
      this.#say(`no sum of the calls: ${failure instanceof Error ? failure.message : String(failure)}`)
    }
  }

  #tell(sentence: string): void {
    if (this.#parts.options.quiet !== true) this.#say(sentence)
  }

  #say(sentence: string): void {
    this.#parts.port.printError(`sallyport: ${sentence}\n`)
  }
}

const signalNumbers = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGTERM: 15,
} as const satisfies Record<PassedSignal, number>

/** `run-claude`; a key's name takes few characters. */
function keyName(words: readonly [string, ...string[]]): string {
  return `run-${programName(words).replaceAll(/[^A-Za-z0-9._-]/g, '-')}`.slice(0, 64)
}
