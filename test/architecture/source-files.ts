// The project's own files as the architecture tests see them: text, syntax tree and imports, each read once.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parseSync } from 'oxc-parser'
import type { Comment, Program } from 'oxc-parser'

export const root = join(import.meta.dirname, '..', '..')

export interface ImportOf {
  /** As written: `./a.ts`, `zod`, `node:fs`. */
  readonly specifier: string
  /** A file of ours, from the root of the project; absent for packages. */
  readonly file?: string
  readonly typesOnly: boolean
}

export interface SourceFile {
  /** From the root of the project: `src/core/call.ts`. */
  readonly path: string
  readonly text: string
  readonly program: Program
  readonly comments: readonly Comment[]
  readonly imports: readonly ImportOf[]
}

/** Every file below a folder whose name ends so, from the root of the project, in a stable order. */
export function filesUnder(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes('node_modules'))
    .toSorted()
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** The product, tests beside it included. */
export const sources: readonly SourceFile[] = filesUnder('src', '.ts').map(readSource)

/** The product without its tests. */
export const product: readonly SourceFile[] = sources.filter(({ path }) => !path.endsWith('.test.ts'))

export function readSource(path: string): SourceFile {
  return parseSource(path, read(path))
}

export function parseSource(path: string, text: string): SourceFile {
  const { program, comments, module, errors } = parseSync(path, text)
  const [first] = errors
  if (first !== undefined) throw new Error(`${path} cannot be parsed: ${first.message}`)
  const found: ImportOf[] = []
  const add = (specifier: string, typesOnly: boolean) => found.push(importOf(path, specifier, typesOnly))
  for (const { moduleRequest, entries } of module.staticImports) {
    add(moduleRequest.value, entries.length > 0 && entries.every((entry) => entry.isType))
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType } of entries)
      if (moduleRequest !== null) add(moduleRequest.value, isType)
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const written = text.slice(moduleRequest.start, moduleRequest.end)
    // What is worked out while running is loaded in one file alone (imports.test.ts).
    if (/^['"`]/.test(written)) add(written.slice(1, -1), false)
  }
  return { path, text, program, comments, imports: found }
}

function importOf(path: string, specifier: string, typesOnly: boolean): ImportOf {
  if (!specifier.startsWith('.')) return { specifier, typesOnly }
  return { specifier, typesOnly, file: relative(root, join(root, dirname(path), specifier)) }
}
