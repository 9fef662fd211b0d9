// A program that runs in the foreground in our place: it has our terminal, and its end is ours.

export interface RunningChild {
  /** With the code that a shell would give: the program's own, or 128 and the number of the signal that killed it. */
  readonly ended: Promise<number>
  /** Passes a signal on. Harmless when the program has ended. */
  signal(name: NodeJS.Signals): void
}

/** The program could not be started. The code is what a shell would end with. */
export class CannotRun extends Error {
  readonly exitCode: 126 | 127

  constructor(program: string, cause: unknown) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    const isMissing = code === 'ENOENT'
    super(`${program}: ${isMissing ? 'there is no such program' : `it cannot be started (${code})`}.`, {
      cause,
    })
    this.exitCode = isMissing ? 127 : 126
  }
}

/** Starts a program with our standard input, output and error. Throws CannotRun. */
export function startChild(
  words: readonly [string, ...string[]],
  environment: Readonly<Record<string, string>>,
): RunningChild {
  try {
    const child = Bun.spawn([...words], { env: { ...environment }, stdio: ['inherit', 'inherit', 'inherit'] })
    return { ended: child.exited, signal: (name) => child.kill(name) }
  } catch (failure) {
    throw new CannotRun(words[0], failure)
  }
}
