// A small checkout of its own for tests of the scripts: their files and a source or a test, the installed packages
// by a link. What a script writes goes into the checkout, so tests do not disturb the one that they run in.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const project = join(import.meta.dirname, '..', '..')

export interface Ran {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

export interface Checkout extends Disposable {
  readonly folder: string
  write(path: string, text: string): void
  /** Runs a command in the checkout and waits for its end. */
  run(command: readonly string[]): Promise<Ran>
}

export function createCheckout(): Checkout {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-checkout-'))
  for (const name of ['scripts', 'package.json', 'package-lock.json', 'tsconfig.json']) {
    cpSync(join(project, name), join(folder, name), { recursive: true })
  }
  rmSync(join(folder, 'scripts', 'derive.ts'), { force: true })
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'))
  return {
    folder,
    write: (path, text) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    },
    run: async (command) => {
      const child = Bun.spawn([...command], { cwd: folder, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
      const [stdout, stderr, status] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
        child.exited,
      ])
      return { status, stdout, stderr }
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
