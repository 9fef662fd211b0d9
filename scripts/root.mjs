// Where things lie on the disk. Plain Node, because this runs before anything is installed.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const lockFile = join(root, 'package-lock.json')
export const modulesFolder = join(root, 'node_modules')
export const bunPackage = join(modulesFolder, 'bun')
export const bunBinary = join(bunPackage, 'bin', 'bun.exe')
export const buildFolder = join(root, '.build')

/** A problem that the person at the keyboard can act on: its message is printed without a stack. */
export class SetupProblem extends Error {}

/** What happens, for a person. On stderr, so that the output of a command stays its own. */
export function say(sentence) {
  process.stderr.write(`sallyport: ${sentence}\n`)
}
