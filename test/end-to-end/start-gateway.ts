// A gateway as a user runs it: a real process with its own data directory and config, on a port of its own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface GatewayOptions {
  /** The config, YAML. The server listens on a free port unless it says otherwise. */
  readonly config?: string
  readonly environment?: Readonly<Record<string, string>>
  /** The caller's, who removes it: to start again on it, or to look into it afterwards. */
  readonly dataDirectory?: string
  readonly arguments?: readonly string[]
}

export interface LogLine {
  readonly event: string
  readonly [name: string]: unknown
}

export interface RunningGateway extends AsyncDisposable {
  readonly url: string
  readonly process: Bun.Subprocess
  readonly dataDirectory: string
  readonly configPath: string
  /** Everything it has logged so far. */
  readonly log: readonly LogLine[]
  /** What it printed that is no log line. */
  readonly printed: readonly string[]
  writeConfig(text: string): void
  /** Resolves with the first line, past or to come, for which this holds. */
  logged(matches: (line: LogLine) => boolean): Promise<LogLine>
  /** Ends it with a signal, waits, and removes its folder; resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number>
}

const main = new URL('../../src/main.ts', import.meta.url).pathname
/** The key that the configs of tests declare. */
export const testKey = 'test-key-of-the-end-to-end-suite'

/** A config with one provider at this address and one declared key. */
export function configFor(baseUrl: string, more = ''): string {
  return [
    'discover: off',
    'server: { drain_delay: 0s, drain_timeout: 20s }',
    `providers: { sim: { type: openai-compatible, base_url: "${baseUrl}", api_key: env:SIM_KEY } }`,
    'keys: [{ name: tests, secret: env:TEST_KEY }]',
    more,
    '',
  ].join('\n')
}

/** Starts a gateway and waits until it listens. Rejects with its output when it ends before that. */
export async function startGateway(options: GatewayOptions = {}): Promise<RunningGateway> {
  const own = mkdtempSync(join(tmpdir(), 'sallyport-test-'))
  const dataDirectory = options.dataDirectory ?? join(own, 'data')
  const configPath = join(own, 'sallyport.yaml')
  writeFileSync(configPath, options.config ?? 'discover: off\n')
  const child = Bun.spawn(
    [
      process.execPath,
      '--no-env-file',
      main,
      'start',
      '--config',
      configPath,
      '--data-dir',
      dataDirectory,
      '--port',
      '0',
      '--log-format',
      'json',
      ...(options.arguments ?? []),
    ],
    {
      env: { PATH: process.env['PATH'] ?? '', SIM_KEY: 'sim-key', TEST_KEY: testKey, ...options.environment },
      stdout: 'pipe',
      stderr: 'pipe',
    },
  )
  const output = new OutputReader(child)
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number> => {
    child.kill(signal)
    const code = await child.exited
    rmSync(own, { recursive: true, force: true })
    return code
  }
  const listening = await output
    .logged((line) => line.event === 'listening')
    .catch(async (failure: unknown) => {
      await stop('SIGKILL')
      throw failure
    })
  return {
    url: String(listening['url']),
    process: child,
    dataDirectory,
    configPath,
    log: output.log,
    printed: output.printed,
    writeConfig: (text) => writeFileSync(configPath, text),
    logged: (matches) => output.logged(matches),
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop('SIGKILL')
    },
  }
}

interface Waiter {
  matches(line: LogLine): boolean
  resolve(line: LogLine): void
  reject(failure: Error): void
}

class OutputReader {
  readonly log: LogLine[] = []
  readonly printed: string[] = []
  #errors = ''
  #ended = false
  #waiters: Waiter[] = []

  constructor(child: Bun.Subprocess<'ignore', 'pipe', 'pipe'>) {
    const errors = this.#readErrors(child.stderr)
    void this.#read(child.stdout).then(async () => {
      await errors
      this.#ended = true
      for (const waiter of this.#waiters) waiter.reject(this.#gone())
    })
  }

  logged(matches: (line: LogLine) => boolean): Promise<LogLine> {
    const known = this.log.find(matches)
    if (known !== undefined) return Promise.resolve(known)
    if (this.#ended) return Promise.reject(this.#gone())
    return new Promise((resolve, reject) => this.#waiters.push({ matches, resolve, reject }))
  }

  #gone(): Error {
    return new Error(`the gateway has ended: ${this.#errors}${this.printed.join('\n')}`)
  }

  async #readErrors(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const chunk of stream) this.#errors += Buffer.from(chunk).toString()
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    let rest = ''
    for await (const chunk of stream) {
      const lines = (rest + Buffer.from(chunk).toString()).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.#line(line)
    }
  }

  #line(text: string): void {
    if (!text.startsWith('{"time"')) {
      this.printed.push(text)
      return
    }
    const line: LogLine = JSON.parse(text)
    this.log.push(line)
    for (const waiter of this.#waiters.filter(({ matches }) => matches(line))) {
      this.#waiters = this.#waiters.filter((other) => other !== waiter)
      waiter.resolve(line)
    }
  }
}
