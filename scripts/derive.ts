// Writes the files that follow from the code: `bun scripts/derive.ts`. With `--check` it writes nothing, names those
// that are stale and exits with 1.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { derivedFiles } from './derived/derived-files.ts'

const root = dirname(import.meta.dirname)
const checkOnly = process.argv.includes('--check')

const stale = derivedFiles.filter(({ path, content }) => current(path) !== content())
for (const { path, content } of checkOnly ? [] : stale) writeFileSync(join(root, path), content())

const word = checkOnly ? 'stale' : 'written'
for (const { path } of stale) process.stdout.write(`${word}: ${path}\n`)
if (checkOnly && stale.length > 0) process.stdout.write('Run "npm run derive" and look at what changed.\n')
if (stale.length === 0) process.stdout.write(`${derivedFiles.length} derived files are up to date\n`)
process.exitCode = checkOnly && stale.length > 0 ? 1 : 0

function current(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8')
  } catch {
    return undefined
  }
}
