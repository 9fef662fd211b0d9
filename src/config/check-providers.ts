// What a provider's type demands of its entry: the catalogue's need a key, one without a place of its own an
// address, and the demo takes nothing.
import { keysOf } from '../core/provider-keys.ts'
import type { ProviderSettings } from '../providers/settings.ts'
import { compatibleType, demoType } from './facts.ts'
import type { Facts, KnownProvider } from './facts.ts'
import { shown } from './problem.ts'
import type { Finding, SettingPath } from './problem.ts'
import type { Draft } from './read-shape.ts'
import { nearest } from './suggest.ts'

export function checkProviders(draft: Draft, facts: Facts): Finding[] {
  return [...(draft.providers ?? [])].flatMap(([name, settings]) =>
    settings === null ? [] : checkProvider(name, settings, facts),
  )
}

function checkProvider(name: string, settings: ProviderSettings, facts: Facts): Finding[] {
  const path = ['providers', name]
  const type = settings.type ?? name
  if (type === demoType) return checkDemo(path, settings)
  if (name === demoType) {
    return [{ path, at: 'name', message: 'this is the name of the built-in demo; choose another' }]
  }
  const known = facts.knownProviders.find((provider) => provider.name === type)
  if (known !== undefined)
    return [
      ...checkKeys(path, settings),
      ...checkKnown(path, settings, known),
      ...checkDialect(path, settings, known),
    ]

  const names = facts.knownProviders.map((provider) => provider.name)
  if (settings.type === undefined) {
    const message = `is not in the catalogue, so it needs a type, such as ${compatibleType}`
    return [{ path, at: 'name', message, suggestion: nearest(name, names) }]
  }
  const types = [...names, demoType]
  const message = `there is no provider type "${shown(type)}"; there are ${types.join(', ')}`
  return [{ path: [...path, 'type'], at: 'value', message, suggestion: nearest(type, types) }]
}

/**
 * Behind an address of the operator's own there may be a server that wants no key. A hosted provider that has an
 * address for each account wants both.
 */
function checkKnown(path: SettingPath, settings: ProviderSettings, known: KnownProvider): Finding[] {
  const isAddressed = known.baseUrl === ''
  if (isAddressed && settings.base_url === undefined) {
    return [{ path, at: 'name', message: `needs base_url; the type ${known.name} has no address of its own` }]
  }
  if (settings.base_url !== undefined && !isAddressed) return []
  if (known.keyVariable === undefined || keysOf(settings).length > 0) return []
  return [{ path, at: 'name', message: `needs a key; write api_key: env:${known.keyVariable}` }]
}

/** Which of two would be used could only be guessed. */
function checkKeys(path: SettingPath, settings: ProviderSettings): Finding[] {
  const { api_key: only, api_keys: several } = settings
  if (several === undefined) return []
  if (only !== undefined) {
    return [{ path: [...path, 'api_key'], at: 'name', message: 'is one of the keys; write it in api_keys' }]
  }
  const names = several.map(({ secret }) => secret)
  return names.flatMap((name, index): Finding[] => {
    const isRepeated = names.indexOf(name) < index
    const message = `is the same key as api_keys[${names.indexOf(name)}]`
    return isRepeated ? [{ path: [...path, 'api_keys', index, 'secret'], at: 'value', message }] : []
  })
}

function checkDialect(path: SettingPath, { dialect }: ProviderSettings, known: KnownProvider): Finding[] {
  const names = Object.keys(known.paths.answers)
  if (dialect === undefined || names.includes(dialect)) return []
  const message = `the type ${known.name} does not speak ${dialect}; it has ${names.join(', ')}`
  return [{ path: [...path, 'dialect'], at: 'value', message, suggestion: nearest(dialect, names) }]
}

function checkDemo(path: SettingPath, settings: ProviderSettings): Finding[] {
  const refused = (['api_key', 'api_keys', 'base_url', 'dialect'] as const).filter(
    (setting) => settings[setting] !== undefined,
  )
  const message = 'the demo is built in and calls nobody; take this line out'
  return refused.map((setting) => ({ path: [...path, setting], at: 'name', message }))
}
