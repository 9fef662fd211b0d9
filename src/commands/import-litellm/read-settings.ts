// What stands beside the models: times, the master key, and everything that is noted because there is no such thing here.
import type { SettingPath } from '../../config/problem.ts'
import { durationText } from './durations.ts'
import { reasonFor } from './reasons.ts'
import { quotaNames } from './read-quotas.ts'
import { storeNames } from './read-stores.ts'
import { groupOf, isNothing, isVariableName, numberOf, referredName } from './source.ts'
import type { Source } from './source.ts'

export interface OtherSettings {
  readonly server?: { readonly body_limit: string }
  readonly log?: { readonly format: 'json' }
  readonly timeouts?: Readonly<Record<string, string>>
  readonly keys?: readonly { readonly name: string; readonly secret: string }[]
}

/** Read elsewhere. */
const elsewhere = new Set(['fallbacks', 'default_fallbacks', 'model_group_alias', 'model_alias_map'])
const sections = ['router_settings', 'litellm_settings', 'general_settings'] as const
const ownSections = new Set<string>([...sections, 'model_list', 'credential_list', 'environment_variables'])

/** Reads them, and notes all that is not carried. */
export function readSettings(source: Source): OtherSettings {
  const carried = new Set<string>()
  const timeouts = readTimeouts(source, carried)
  const keys = readMasterKey(source)
  const { json_logs: isJson } = groupOf(source.root['litellm_settings'])
  const bodyLimit = readBodyLimit(source)
  for (const section of sections) noteRest(section, source, carried)
  for (const [name, value] of Object.entries(source.root)) {
    if (!ownSections.has(name) && !isNothing(value)) source.notes.lost([name], reasonFor(name))
  }
  return {
    ...(bodyLimit !== undefined && { server: { body_limit: bodyLimit } }),
    ...(isJson === true && { log: { format: 'json' } }),
    ...(Object.keys(timeouts).length > 0 && { timeouts }),
    ...(keys !== undefined && { keys: [keys] }),
  }
}

function noteRest(section: string, { root, notes }: Source, carried: ReadonlySet<string>): void {
  for (const [name, value] of Object.entries(groupOf(root[section]))) {
    const isRead = elsewhere.has(name) || carried.has(`${section}.${name}`) || readByName.has(name)
    if (!isRead && !isNothing(value)) notes.lost([section, name], reasonFor(name))
  }
}

const readByName = new Set([
  ...quotaNames,
  ...storeNames,
  'default_max_parallel_requests',
  // What it asks for is so without a word.
  'drop_params',
  'json_logs',
  'master_key',
  'max_request_size_mb',
  'num_retries',
  'routing_strategy',
])

const totalSecondsByDefault = 600
const firstTokenSecondsByDefault = 30
const attemptSecondsMax = 86_400
const firstTokenSecondsMin = 0.1
const firstTokenSecondsMax = 3_600

/** LiteLLM's one time is for a whole answer; a stream's first token must come within it, too. */
function readTimeouts(source: Source, carried: Set<string>): Record<string, string> {
  const whole = firstNumber(['router_settings.timeout', 'litellm_settings.request_timeout'], source, carried)
  const stream = firstNumber(['router_settings.stream_timeout'], source, carried)
  const timeouts: Record<string, string> = {}
  if (whole !== undefined) {
    const seconds = Math.min(attemptSecondsMax, Math.max(1, whole.seconds))
    timeouts['attempt'] = durationText(seconds)
    if (seconds > totalSecondsByDefault) timeouts['total'] = durationText(seconds)
    source.notes.changed(
      whole.path,
      `is timeouts.attempt: ${durationText(seconds)} for one attempt at an answer`,
    )
  }
  const first = stream?.seconds ?? Math.min(whole?.seconds ?? Infinity, firstTokenSecondsByDefault)
  if (first < firstTokenSecondsByDefault || stream !== undefined) {
    const seconds = Math.min(firstTokenSecondsMax, Math.max(firstTokenSecondsMin, first))
    timeouts['first_token'] = durationText(seconds)
    if (stream !== undefined && seconds !== first)
      source.notes.changed(stream.path, `becomes ${durationText(seconds)}, the nearest that can be set`)
  }
  return timeouts
}

interface FoundNumber {
  readonly seconds: number
  readonly path: SettingPath
}

/** The first of these settings that is there; the others are noted with the rest. */
function firstNumber(
  names: readonly string[],
  source: Source,
  carried: Set<string>,
): FoundNumber | undefined {
  for (const name of names) {
    const [section = '', setting = ''] = name.split('.')
    const value: unknown = groupOf(source.root[section])[setting]
    if (isNothing(value)) continue
    carried.add(name)
    const path = [section, setting]
    const seconds = numberOf(value, path, source)
    if (seconds !== undefined) return { seconds, path }
    source.notes.lost(path, 'is no number of seconds')
  }
  return undefined
}

const masterVariable = 'LITELLM_MASTER_KEY'
const keyCharactersMin = 16

function readMasterKey({ root, variables, notes }: Source): { name: string; secret: string } | undefined {
  const { master_key: written } = groupOf(root['general_settings'])
  if (isNothing(written)) return undefined
  const path = ['general_settings', 'master_key']
  const name = referredName(written)
  const text = name === undefined ? written : variables.get(name)
  if ((name !== undefined && !isVariableName(name)) || (name === undefined && typeof written !== 'string')) {
    notes.lost(path, 'names no variable that a config can name')
    return undefined
  }
  if (typeof text === 'string' && text.length < keyCharactersMin) {
    notes.lost(path, `has fewer than ${keyCharactersMin} characters; make a key with "sallyport keys create"`)
    return undefined
  }
  if (name === undefined) {
    notes.changed(path, `stands in the file as it is; put it into the variable ${masterVariable}`)
  }
  notes.changed(path, 'is the key "master", which may call every model; it administers nothing')
  return { name: 'master', secret: `env:${name ?? masterVariable}` }
}

const bodyMegabytesMax = 1_000

function readBodyLimit(source: Source): string | undefined {
  const written: unknown = groupOf(source.root['general_settings'])['max_request_size_mb']
  if (isNothing(written)) return undefined
  const path = ['general_settings', 'max_request_size_mb']
  const megabytes = numberOf(written, path, source)
  if (megabytes === undefined || megabytes <= 0) {
    return source.notes.lost(path, 'is no number of megabytes')
  }
  const bounded = Math.min(bodyMegabytesMax, Math.ceil(megabytes))
  if (bounded !== megabytes) source.notes.changed(path, `becomes ${bounded}MB, the nearest that can be set`)
  return `${bounded}MB`
}

/** Other names of models. */
export function readAliases(source: Source): readonly { alias: string; name: string; path: SettingPath }[] {
  const places: readonly (readonly [string, string])[] = [
    ['router_settings', 'model_group_alias'],
    ['litellm_settings', 'model_alias_map'],
  ]
  return places.flatMap(([section, setting]) =>
    Object.entries(groupOf(groupOf(source.root[section])[setting])).flatMap(([alias, meant]) => {
      const path = [section, setting, alias]
      const name = typeof meant === 'string' ? meant : groupOf(meant)['model']
      if (typeof name !== 'string') {
        source.notes.lost(path, 'an alias names a model')
        return []
      }
      if (groupOf(meant)['hidden'] === true) {
        source.notes.changed([...path, 'hidden'], 'every name is listed in /v1/models')
      }
      return [{ alias, name, path }]
    }),
  )
}
