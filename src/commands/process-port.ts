// What a command may know of the process it runs in.

import type { SupervisorLink } from '../platform/worker-child.ts'

export type StopSignal = 'SIGTERM' | 'SIGINT'

/** What is passed on to a command that runs in our place. */
export type PassedSignal = StopSignal | 'SIGHUP' | 'SIGQUIT'

export interface ProcessPort {
  /** Without the program's own name. */
  readonly arguments: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly workingDirectory: string
  /** A person looks at standard output. */
  readonly isTerminal: boolean
  /** A person sits at standard input, output or error, whose keys are signals for everybody in the foreground. */
  readonly hasTerminal: boolean
  /** To standard output, in the background. */
  print(text: string | Uint8Array): void
  /** Resolves when what was printed has been taken: whoever prints more than a megabyte waits for this in between. */
  printed(): Promise<void>
  printError(text: string): void
  /** Lines of output that were lost because nobody read them. */
  droppedLines(): number
  residentBytes(): number
  readStandardInput(): string
  /** Resolves when somebody wants the process to end. */
  stopRequested(): Promise<StopSignal>
  onHangUp(listen: () => void): void
  /** From now on every signal is the listener's, one that came already too, and none ends this process by itself. */
  takeSignals(listen: (signal: PassedSignal) => void): void
  onUncaught(listen: (failure: unknown) => void): void
  /** Ends the process with this code if it is still there then. */
  exitBy(deadlineMs: number, code: number): void
  /** There when another process started this one and listens to it. */
  readonly supervisor?: SupervisorLink | undefined
}
