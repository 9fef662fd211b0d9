// Google's own form of schemas (`parameters`, `responseSchema`): types in capitals, and fewer words than JSON schema has.
import { isRecord } from '../chat-question.ts'
import { namesIn, unknownName } from './fields.ts'

const words = namesIn(
  'type format title description nullable enum maxItems minItems properties required minProperties maxProperties ' +
    'minLength maxLength pattern example anyOf propertyOrdering default items minimum maximum additionalProperties',
)

export function complaintAboutSchema(schema: unknown, path: string): string | undefined {
  const complaint = unknownName(schema, path, words)
  if (complaint !== undefined || !isRecord(schema)) return complaint
  for (const [name, inner] of innerSchemas(schema)) {
    const found = complaintAboutSchema(inner, `${path}.${name}`)
    if (found !== undefined) return found
  }
  return undefined
}

/** The same as JSON schema. */
export function jsonSchemaOf(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(jsonSchemaOf)
  if (!isRecord(schema)) return schema
  return Object.fromEntries(
    Object.entries(schema).map(([name, value]) => {
      const isType = name === 'type' && typeof value === 'string'
      return [name, isType ? value.toLowerCase() : jsonSchemaOf(value)]
    }),
  )
}

function innerSchemas(schema: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  const { properties, items, anyOf } = schema
  return [
    ...(isRecord(properties)
      ? Object.entries(properties).map(([name, inner]) => [`properties[${name}].value`, inner] as const)
      : []),
    ['items', items],
    ...(Array.isArray(anyOf) ? anyOf.map((inner, index) => [`any_of[${index}]`, inner] as const) : []),
  ]
}
