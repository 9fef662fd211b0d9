// Finds the config, reads it and everything it names. Without a file the defaults are the config; a file that was
// asked for and is not there is a problem.
import type { Secrets } from './check-secrets.ts'
import type { Facts, TextRead } from './facts.ts'
import { parseConfig } from './parse-config.ts'
import type { Needs } from './parse-config.ts'
import type { Problem } from './problem.ts'
import { readShape } from './read-shape.ts'
import type { Draft } from './read-shape.ts'
import { configBytesMax, readYaml } from './read-yaml.ts'
import type { Config } from './schema.ts'

/** Looked for in the working folder, in this order. */
const usualNames = ['sallyport.yaml', 'sallyport.yml'] as const
const secretBytesMax = 256 * 1024

export interface LoadParts extends Pick<Facts, 'knownProviders' | 'environment' | 'storedSecret'> {
  readText(path: string, bytesMax: number): TextRead
  /** `path` in full: as seen from the folder of the file `beside`, or else from the working folder. */
  fullPath(path: string, beside?: string): string
}

export interface LoadedConfig {
  /** The file as the operator wrote it; undefined when there is none and the defaults serve. */
  readonly source: string | undefined
  /** What stands in it; empty for the defaults. */
  readonly text: string
  /** Everything that was read or looked for: a change of any of them is a reason to load again. */
  readonly files: readonly string[]
  readonly config: Config
  readonly secrets: Secrets
  readonly needs?: Needs['needs']
}

export interface RefusedConfig {
  readonly source: string
  readonly files: readonly string[]
  readonly problems: readonly Problem[]
  readonly needs?: Needs['needs']
}

export type LoadOutcome = ({ readonly ok: true } & LoadedConfig) | ({ readonly ok: false } & RefusedConfig)

/** Loads the file of `--config`, or the usual one if it exists, or the defaults. */
export function loadConfig(path: string | undefined, parts: LoadParts): LoadOutcome {
  const files: string[] = []
  for (const name of path === undefined ? usualNames : [path]) {
    files.push(parts.fullPath(name))
    const read = parts.readText(name, configBytesMax)
    if (read.ok) return loadText(read.text, name, { parts, files })
    if (path === undefined && read.missing) continue
    const problem = { path: '', line: 1, column: 1, message: `the file ${read.reason}` }
    return { ok: false, source: name, files, problems: [problem] }
  }
  const defaults = loadText('', usualNames[0], { parts, files })
  return defaults.ok ? { ...defaults, source: undefined } : defaults
}

/**
 * The same file as far as it can be read, for those who only want the names in it: what it refers to is not looked up, so
 * no secret must be there. Undefined when there is nothing to read.
 */
export function loadDraft(
  path: string | undefined,
  { readText }: Pick<LoadParts, 'readText'>,
): Draft | undefined {
  for (const name of path === undefined ? usualNames : [path]) {
    const read = readText(name, configBytesMax)
    if (!read.ok && path === undefined && read.missing) continue
    return read.ok ? draftOf(read.text) : undefined
  }
  return draftOf('')
}

function draftOf(text: string): Draft | undefined {
  const read = readYaml(text)
  if (!read.ok) return undefined
  const shape = readShape(read.yaml.value)
  return shape.ok ? shape.config : shape.draft
}

interface Loading {
  readonly parts: LoadParts
  readonly files: string[]
}

function loadText(text: string, source: string, { parts, files }: Loading): LoadOutcome {
  const readNamed = (path: string): TextRead => {
    const place = parts.fullPath(path, source)
    files.push(place)
    return parts.readText(place, secretBytesMax)
  }
  const outcome = parseConfig(text, { ...parts, readText: readNamed })
  return outcome.ok ? { ...outcome, source, text, files } : { ...outcome, source, files }
}
