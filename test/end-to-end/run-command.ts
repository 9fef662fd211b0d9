// One command of the program as a person types it: a process of its own, in a folder of its own.
import { testKey } from './start-gateway.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly error: string
}

const main = new URL('../../src/main.ts', import.meta.url).pathname

/** Runs it to its end. What the environment holds besides is none of its business. */
export async function runCommand(
  folder: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const child = Bun.spawn([process.execPath, '--no-env-file', main, ...words], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', TEST_KEY: testKey, ...environment },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, error] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  return { code: await child.exited, out, error }
}
