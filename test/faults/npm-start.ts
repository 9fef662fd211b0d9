// The gateway as README.md starts it: through npm, which stands between whoever signals and the process.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface NpmStart {
  readonly url: string
  /** npm itself. */
  readonly process: Bun.Subprocess
  /** Everything that it printed, when it has ended. */
  readonly output: Promise<string>
}

const root = new URL('../..', import.meta.url).pathname

/** Runs `npm start` in the repository and waits until the gateway listens. */
export async function spawnNpmStart(options: {
  readonly folder: string
  readonly config: string
  readonly environment: Readonly<Record<string, string>>
}): Promise<NpmStart> {
  const configPath = join(options.folder, 'sallyport.yaml')
  writeFileSync(configPath, options.config)
  const own = ['--config', configPath, '--data-dir', join(options.folder, 'data'), '--port', '0']
  const child = Bun.spawn(['npm', 'start', '--', ...own, '--log-format', 'json'], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...options.environment },
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const { promise: listening, resolve, reject } = Promise.withResolvers<string>()
  const output = readAll(child.stdout, (text) => {
    const url = /"event":"listening".*?"url":"([^"]+)"/.exec(text)?.[1]
    if (url !== undefined) resolve(url)
  })
  void output.then((text) => reject(new Error(`npm start has ended: ${text}`)))
  return { url: await listening, process: child, output }
}

async function readAll(stream: ReadableStream<Uint8Array>, look: (text: string) => void): Promise<string> {
  let text = ''
  for await (const chunk of stream) {
    text += Buffer.from(chunk).toString()
    look(text)
  }
  return text
}
