// What every command may be told on the command line.
import { Option } from 'commander'
import type { Command } from 'commander'

export interface CommonOptions {
  readonly config?: string
  readonly dataDir?: string
}

/** Takes what a command does; its number becomes the exit code. */
export type Done = (work: Promise<number>) => Promise<void>

export function withCommon(command: Command): Command {
  return command
    .addOption(
      new Option('--config <file>', 'the config (default: sallyport.yaml, if it is there)').env(
        'SALLYPORT_CONFIG',
      ),
    )
    .addOption(dataDirOption('where keys and records are kept (default: .sallyport)'))
}

/** An image says once where everything is, for whatever command is run in it. */
export function dataDirOption(description: string): Option {
  return new Option('--data-dir <folder>', description).env('SALLYPORT_DATA_DIR')
}

/** For options that may be said several times. */
export function gathered(word: string, before: readonly string[]): readonly string[] {
  return [...before, word]
}
