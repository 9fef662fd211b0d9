// Schemas. Google's own are OpenAPI 3.0 with upper-case types; everybody else's are JSON Schema. One is read
// into the other without loss; keywords that nobody knows are kept as they are.
import { isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import { InvalidType } from '../../core/errors.ts'
import type { Placed } from './read-members.ts'

/** Keywords that mean the same with Google's whole numbers written as texts. */
const counts = new Set(['maxItems', 'maxLength', 'maxProperties', 'minItems', 'minLength', 'minProperties'])
const keywordOf: ReadonlyMap<string, string> = new Map([
  ['any_of', 'anyOf'],
  ['max_items', 'maxItems'],
  ['max_length', 'maxLength'],
  ['max_properties', 'maxProperties'],
  ['min_items', 'minItems'],
  ['min_length', 'minLength'],
  ['min_properties', 'minProperties'],
  ['property_ordering', 'propertyOrdering'],
])

/** A schema in Google's form as JSON Schema. The request's depth is bounded, hence this is. */
export function jsonSchemaOf({ value, path }: Placed): JsonObject {
  if (!isObject(value)) throw new InvalidType(path, 'a schema object')
  const entries: [string, unknown][] = []
  for (const name of Object.keys(value)) {
    const keyword = keywordOf.get(name) ?? name
    const step = steps.get(keyword)
    const member = { value: value[name], path: `${path}.${name}` }
    if (member.value === null || keyword === 'nullable') continue
    if (step !== undefined) entries.push([keyword, step(member)])
    else entries.push([keyword, counts.has(keyword) ? countOf(member.value) : member.value])
  }
  const schema = Object.fromEntries(entries)
  return value['nullable'] === true ? nullable(schema) : schema
}

/** A schema that is JSON Schema already. */
export function schemaObject({ value, path }: Placed): JsonObject {
  if (!isObject(value)) throw new InvalidType(path, 'a JSON Schema object')
  return value
}

const steps: ReadonlyMap<string, (member: Placed) => unknown> = new Map([
  ['type', typeOf],
  ['items', jsonSchemaOf],
  ['properties', propertiesOf],
  ['anyOf', alternativesOf],
])

function typeOf({ value, path }: Placed): unknown {
  if (typeof value === 'string') return value.toLowerCase()
  if (Array.isArray(value)) return value.map((type: unknown) => typeOf({ value: type, path }))
  throw new InvalidType(path, 'a string')
}

function propertiesOf({ value, path }: Placed): JsonObject {
  if (!isObject(value)) throw new InvalidType(path, 'an object')
  return Object.fromEntries(
    Object.keys(value).map((name) => [name, jsonSchemaOf({ value: value[name], path: `${path}.${name}` })]),
  )
}

function alternativesOf({ value, path }: Placed): readonly JsonObject[] {
  if (!Array.isArray(value)) throw new InvalidType(path, 'an array')
  return value.map((schema: unknown, index) => jsonSchemaOf({ value: schema, path: `${path}[${index}]` }))
}

function countOf(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
}

function nullable(schema: JsonObject): JsonObject {
  const type = schema['type']
  if (typeof type !== 'string') return { anyOf: [schema, { type: 'null' }] }
  const values = schema['enum']
  return {
    ...schema,
    type: [type, 'null'],
    // An enum forbids what it does not list, whatever the type says.
    ...(Array.isArray(values) && !values.includes(null) ? { enum: [...values, null] } : {}),
  }
}
