// What `sallyport doctor --write` found out about deployments: a file in the data directory, laid between what is
// publicly known of a model and what the config says. A finding counts only for the place where it was made.
import { dirname, join, resolve } from 'node:path'
import { abilities } from '../core/capabilities.ts'
import type { Ability } from '../core/capabilities.ts'
import { isObject, parsedObject } from '../dialects/json-object.ts'
import type { JsonObject } from '../dialects/json-object.ts'
import { readText } from '../platform/read-text.ts'
import { makeFolder, replaceText } from '../platform/write-text.ts'
import type { Log } from '../telemetry/log.ts'

export interface Measured {
  /** `2026-11-21T14:12:00.000Z`. */
  readonly measuredAt: string
  /** Only what is certain. */
  readonly abilities: Readonly<Partial<Record<Ability, boolean>>>
}

/** A deployment by its name, and where it is: the same name may come to mean another place. */
export interface MeasuredPlace {
  readonly name: string
  readonly place: string
}

/** What is known of a deployment; undefined when nothing was measured there. */
export type MeasuredLookup = (deployment: MeasuredPlace) => Measured | undefined

export const nothingMeasured: MeasuredLookup = () => undefined

/** One finding, to be written down. */
export interface Measurement {
  readonly check: string
  readonly verdict: string
  readonly sentence: string
  readonly figures: Readonly<Record<string, number | string | boolean>>
  /** Only where it is certain. */
  readonly ability?: { readonly name: Ability; readonly has: boolean }
}

export interface MeasuredDeployment extends MeasuredPlace {
  readonly measuredAt: string
  readonly findings: readonly Measurement[]
}

const fileName = 'doctor/capabilities.json'
const fileBytesMax = 16 * 1024 * 1024
const formatVersion = 1

/**
 * The same for those who watch it, in a folder of its own that is made: every record changes something in the data directory
 * itself, and a watch there would cost each call half a microsecond.
 */
export function watchedMeasuredPath(dataDirectory: string): string {
  const path = measuredPath(dataDirectory)
  makeFolder(dirname(path))
  return path
}

/** Where it lies in a data directory. */
function measuredPath(dataDirectory: string): string {
  return join(resolve(dataDirectory), fileName)
}

/** Reads what was measured. A file that cannot be read is said, and counts as none: calls do not depend on it. */
export function readMeasured(dataDirectory: string, log: Log): MeasuredLookup {
  const path = measuredPath(dataDirectory)
  const read = readText(path, fileBytesMax)
  if (!read.ok && read.missing) return nothingMeasured
  const entries = read.ok ? entriesOf(read.text) : undefined
  if (entries === undefined) {
    const problem = read.ok ? 'is not what "sallyport doctor --write" writes' : read.reason
    log.warn('capabilities_unreadable', { file: path, problem, hint: 'nothing measured is used' })
    return nothingMeasured
  }
  const known = new Map(Object.entries(entries).flatMap(([name, entry]) => measuredEntry(name, entry)))
  log.info('capabilities_measured', { file: path, deployments: known.size })
  return ({ name, place }) => {
    const found = known.get(name)
    return found?.place === place ? found : undefined
  }
}

/** What was written down of one check at an earlier time; undefined when nothing was. */
export function earlierFinding(
  dataDirectory: string,
  { name, place }: MeasuredPlace,
  check: string,
): JsonObject | undefined {
  const read = readText(measuredPath(dataDirectory), fileBytesMax)
  const entry = read.ok ? entriesOf(read.text)?.[name] : undefined
  if (!isObject(entry) || entry['place'] !== place || !isObject(entry['findings'])) return undefined
  const found = entry['findings'][check]
  return isObject(found) ? found : undefined
}

/**
 * Adds findings to the file, each in place of an older one of its kind and place. Throws, with the file as it was, when
 * that is none of ours. Returns its path.
 */
export function writeMeasured(dataDirectory: string, deployments: readonly MeasuredDeployment[]): string {
  const path = measuredPath(dataDirectory)
  const read = readText(path, fileBytesMax)
  if (!read.ok && !read.missing) throw new Error(`The file ${path} ${read.reason}.`)
  const before = read.ok ? entriesOf(read.text) : {}
  if (before === undefined) {
    throw new Error(
      `The file ${path} is not what "sallyport doctor --write" writes. Mend it, or take it away.`,
    )
  }
  const added = deployments.map((deployment) => [deployment.name, withFindings(before, deployment)] as const)
  const after = { version: formatVersion, deployments: { ...before, ...Object.fromEntries(added) } }
  const written = replaceText(path, `${JSON.stringify(after, null, 2)}\n`)
  if (!written.ok) throw new Error(`The file ${path} ${written.reason}.`)
  return path
}

/** What was found at another place under the same name is forgotten. */
function withFindings(before: JsonObject, { name, place, measuredAt, findings }: MeasuredDeployment): object {
  const known = before[name]
  const kept =
    isObject(known) && known['place'] === place && isObject(known['findings']) ? known['findings'] : {}
  const added = findings.map(({ check, ability, ...said }) => [
    check,
    {
      measured_at: measuredAt,
      ...said,
      ...(ability !== undefined && { capability: { [wordOf(ability.name)]: ability.has } }),
    },
  ])
  return { place, findings: { ...kept, ...Object.fromEntries(added) } }
}

function entriesOf(text: string): JsonObject | undefined {
  const file = parsedObject(text)
  if (file?.['version'] !== formatVersion) return undefined
  const { deployments } = file
  return isObject(deployments) ? deployments : undefined
}

type KnownEntry = [name: string, known: Measured & { readonly place: string }]

function measuredEntry(name: string, entry: unknown): KnownEntry[] {
  if (!isObject(entry) || typeof entry['place'] !== 'string' || !isObject(entry['findings'])) return []
  const { place } = entry
  let measuredAt = ''
  const told: Partial<Record<Ability, boolean>> = {}
  for (const found of Object.values(entry['findings'])) {
    if (!isObject(found) || !isObject(found['capability'])) continue
    for (const ability of abilities) {
      const has = found['capability'][wordOf(ability)]
      if (typeof has !== 'boolean') continue
      told[ability] = has
      const { measured_at: at } = found
      if (typeof at === 'string' && at > measuredAt) measuredAt = at
    }
  }
  return measuredAt === '' ? [] : [[name, { place, measuredAt, abilities: told }]]
}

/** As the config spells it. */
function wordOf(ability: Ability): string {
  if (ability === 'jsonSchema') return 'json_schema'
  return ability === 'choices' ? 'n' : ability
}
