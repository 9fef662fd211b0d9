// The settings of the config as a flat list, in the words of an operator.
import type { JsonSchema } from './config-schema.ts'

export interface ConfigRow {
  /** `server.tls.cert`, `models.<name>.deployments[].provider`. */
  readonly path: string
  readonly kind: string
  /** As it is written in YAML; undefined when there is none. */
  readonly fallback: string | undefined
  readonly isRequired: boolean
  readonly meaning: string
}

/** Every setting in `schema`, groups before what stands in them. */
export function configRows(schema: JsonSchema, path: string): ConfigRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, setting]) => {
    const inner = path === '' ? name : `${path}.${name}`
    const row = {
      path: inner,
      kind: kindOf(setting),
      fallback: setting.default === undefined ? undefined : yamlWord(setting.default),
      isRequired: schema.required?.includes(name) ?? false,
      meaning: setting.description ?? '',
    }
    return [row, ...innerRows(setting, inner)]
  })
}

/** What stands in a group, in each entry of a list, or in each entry under a name. */
export function innerRows(setting: JsonSchema, path: string): ConfigRow[] {
  const entry = typeof setting.additionalProperties === 'object' ? setting.additionalProperties : undefined
  return [
    ...configRows(setting, path),
    ...(entry === undefined ? [] : innerRows(entry, `${path}.<name>`)),
    ...(setting.items === undefined ? [] : innerRows(setting.items, `${path}[]`)),
    ...(setting.anyOf ?? []).flatMap((branch) => innerRows(branch, path)),
  ]
}

/** A value as YAML's flow style, which is one line. */
export function yamlWord(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(yamlWord).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, member]) => `${name}: ${yamlWord(member)}`)
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
  }
  const text = String(value)
  return typeof value === 'string' && !/^[A-Za-z0-9/.][A-Za-z0-9_:/.-]*$/.test(text)
    ? JSON.stringify(text)
    : text
}

function kindOf(setting: JsonSchema): string {
  if (setting.title !== undefined) return setting.title
  if (setting.anyOf !== undefined) return setting.anyOf.map(kindOf).join(' or ')
  const words = (setting.enum ?? [setting.const]).filter((word) => typeof word === 'string')
  if (words.length > 0) return words.map((word) => `\`${word}\``).join(', ')
  switch (setting.type) {
    case 'integer':
      return `whole number, ${setting.minimum} to ${setting.maximum}`
    case 'number':
      return numberWords(setting)
    case 'array':
      return setting.items?.properties === undefined
        ? `list of ${kindOf(setting.items ?? {})}`
        : 'list of groups'
    case 'object':
      return typeof setting.additionalProperties === 'object' ? 'group of named entries' : 'group'
    default:
      return 'text'
  }
}

function numberWords({ minimum, exclusiveMinimum, maximum }: JsonSchema): string {
  return exclusiveMinimum === undefined
    ? `number, ${minimum} to ${maximum}`
    : `number above ${exclusiveMinimum}, up to ${maximum}`
}
