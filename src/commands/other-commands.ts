// Commands that a gateway that serves does not need are loaded by those who give them.
import { loadApart } from '../platform/apart.ts'
import type * as OtherCommands from './other-commands-apart.ts'

/** Does what one of them does; its number becomes the exit code. */
export async function other(
  work: (commands: typeof OtherCommands) => number | Promise<number>,
): Promise<number> {
  const place = { file: './other-commands-apart.ts', from: import.meta.url }
  return await work(await loadApart<typeof OtherCommands>('commands/other-commands-apart', place))
}
