// A gateway of which every byte is kept that it prints, in whatever format, and that leaves no core file.
import { until } from '../../until.ts'
import { simulatorKey } from '../../simulator/start-simulator.ts'

export interface WatchedGateway {
  readonly url: string
  readonly adminUrl: string
  readonly pid: number
  /** Everything on standard output and error so far. */
  printed(): string
  /** Has it read its config again, and waits until it prints this. */
  reload(said: RegExp): Promise<void>
  /** Sends the signal, and waits for the end. */
  end(signal: NodeJS.Signals): Promise<void>
}

export interface WatchedOptions {
  /** Where it works: its config is `sallyport.yaml` there, its data in `data`. */
  readonly folder: string
  readonly format: 'json' | 'text'
  readonly environment: Readonly<Record<string, string>>
}

const main = new URL('../../../src/main.ts', import.meta.url).pathname
const listening = /listening[^\n]*?(http:\/\/127\.0\.0\.1:\d+)[^\n]*?(http:\/\/127\.0\.0\.1:\d+)/

/** Starts it and waits until it listens. */
export async function startWatched(options: WatchedOptions): Promise<WatchedGateway> {
  const { folder, format, environment } = options
  const words = ['start', '--data-dir', 'data', '--port', '0', '--log-format', format]
  const child = Bun.spawn([process.execPath, '--no-env-file', main, ...words], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', SIM_KEY: simulatorKey, ...environment },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  let text = ''
  const { promise: found, resolve, reject } = Promise.withResolvers<RegExpExecArray>()
  const read = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    for await (const chunk of stream) {
      text += Buffer.from(chunk).toString('latin1')
      const match = listening.exec(text)
      if (match !== null) resolve(match)
    }
  }
  const ended = Promise.all([read(child.stdout), read(child.stderr)]).then(() => {
    reject(new Error(`the gateway has ended: ${text}`))
  })
  const [, url = '', adminUrl = ''] = await found
  return {
    url,
    adminUrl,
    pid: child.pid,
    printed: () => text,
    reload: async (said) => {
      const before = text.length
      child.kill('SIGHUP')
      await until(() => said.test(text.slice(before)))
    },
    end: async (signal) => {
      child.kill(signal)
      await child.exited
      await ended
    },
  }
}
