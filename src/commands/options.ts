// What every command may be told on the command line.
import type { Command } from 'commander'

export interface CommonOptions {
  readonly config?: string
  readonly dataDir?: string
}

/** Takes what a command does; its number becomes the exit code. */
export type Done = (work: Promise<number>) => Promise<void>

export function withCommon(command: Command): Command {
  return command
    .option('--config <file>', 'the config (default: sallyport.yaml, if it is there)')
    .option('--data-dir <folder>', 'where keys and records are kept (default: .sallyport)')
}

/** For options that may be said several times. */
export function gathered(word: string, before: readonly string[]): readonly string[] {
  return [...before, word]
}
