// Every process that the benchmark starts is started here and remembered, so that exactly those are stopped: at the
// end, on an error and on Ctrl-C. Nothing is ever looked up by name.
import { closeSync, openSync, readFileSync } from 'node:fs'
import type { Subprocess } from 'bun'

/** What to start, and where. */
export type ChildOrder = {
  readonly command: readonly string[]
  /** The cores it is pinned to, as `taskset` takes them. */
  readonly cores: string
  /** Added to PATH and HOME, which are all it gets from our own environment. */
  readonly env?: Readonly<Record<string, string>>
  readonly folder: string
  /** Its standard output and standard error go here. */
  readonly logFile: string
  /** How it is asked to end. */
  readonly stopSignal?: 'SIGTERM' | 'SIGKILL'
}

/** A started process. */
export type Child = {
  readonly pid: number
  readonly exited: Promise<number>
  hasExited(): boolean
  /** The last lines it printed, for an error message. */
  lastWords(): string
  stop(): Promise<void>
}

/** The core of the gateway under test. */
export const gatewayCore = 0

/** The core of everything that is not under test: the mock provider, the load and this harness. */
export const loadCore = 1

const stopTimeoutMs = 3000
const running = new Set<Subprocess>()

/** Starts a process pinned to one core. `taskset` replaces itself, so the pid is the command's own. */
export function startChild(order: ChildOrder): Child {
  const log = openSync(order.logFile, 'a')
  const subprocess = Bun.spawn(['taskset', '-c', order.cores, ...order.command], {
    cwd: order.folder,
    env: { ...inheritedEnv(), ...order.env },
    stdin: 'ignore',
    stdout: log,
    stderr: log,
  })
  closeSync(log)

  rememberChild(subprocess)
  return {
    pid: subprocess.pid,
    exited: subprocess.exited,
    hasExited: () => subprocess.exitCode !== null || subprocess.signalCode !== null,
    lastWords: () => readFileSync(order.logFile, 'utf8').trimEnd().split('\n').slice(-12).join('\n'),
    async stop() {
      subprocess.kill(order.stopSignal ?? 'SIGTERM')
      const forced = setTimeout(() => subprocess.kill('SIGKILL'), stopTimeoutMs)
      await subprocess.exited
      clearTimeout(forced)
    },
  }
}

/** Sees to it that a process ends when the benchmark does. */
export function rememberChild(subprocess: Subprocess): void {
  running.add(subprocess)
  void subprocess.exited.then(() => running.delete(subprocess))
}

/** Asks whatever is still running of what was started here to end, waits for it, and then insists. */
export async function stopAllChildren(): Promise<void> {
  const ending = [...running].map((subprocess) => {
    subprocess.kill('SIGTERM')
    return subprocess.exited
  })
  await Promise.race([Promise.all(ending), Bun.sleep(stopTimeoutMs)])
  killAllChildren()
}

/** The last resort, for the moment when the process itself ends. */
export function killAllChildren(): void {
  for (const subprocess of running) subprocess.kill('SIGKILL')
}

/** The part of our environment that a measured process may see: no provider key of the developer gets in. */
export function inheritedEnv(): Record<string, string> {
  const { PATH = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', HOME = '/' } = process.env
  return { PATH: `${PATH}:/usr/sbin`, HOME }
}
