// Another process of this very program, started as one of several that do the same work: it writes where this one writes, and
// messages go both ways over a channel that nobody else can reach and that closes with either of them.

export interface WorkerEnd {
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly signal: string | null
}

export interface WorkerChild {
  readonly pid: number
  readonly ended: Promise<WorkerEnd>
  /** Harmless when it has ended. */
  send(message: unknown): void
  signal(name: NodeJS.Signals): void
}

/** What connects a worker with the process that started it. */
export interface SupervisorLink {
  send(message: unknown): void
  onMessage(listen: (message: unknown) => void): void
  /** It ended, or never was there. */
  onGone(listen: () => void): void
}

/** Where the files lie that are within an executable. */
const embedded = /^(\/\$bunfs\/|[A-Z]:[\\/]~BUN[\\/])/

/** How this very program is started, before its own words. */
export function thisProgram(): readonly [string, ...string[]] {
  return embedded.test(Bun.main) ? [process.execPath] : [process.execPath, ...process.execArgv, Bun.main]
}

/** Whether several processes can listen on one port here, each getting a part of the connections. */
export function canSharePort(): boolean {
  return process.platform === 'linux'
}

export function startWorker(
  words: readonly [string, ...string[]],
  environment: Readonly<Record<string, string | undefined>>,
  onMessage: (message: unknown) => void,
): WorkerChild {
  const child = Bun.spawn([...words], {
    env: { ...environment },
    stdio: ['ignore', 'inherit', 'inherit'],
    // Lines of JSON take 16 µs of processor for a question and its answer, structured clones 25.
    serialization: 'json',
    ipc: (message) => onMessage(message),
  })
  return {
    pid: child.pid,
    ended: child.exited.then(() => {
      const signal = child.signalCode === null ? null : String(child.signalCode)
      return { code: signal === null ? child.exitCode : null, signal }
    }),
    send: (message) => {
      try {
        child.send(message)
      } catch {
        // It has just ended, which is told elsewhere.
      }
    },
    signal: (name) => child.kill(name),
  }
}
