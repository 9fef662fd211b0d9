// A small value that fits a JSON schema roughly: enough for structured outputs and tool arguments in tests.
// Always the same for the same schema.
import { isRecord } from './chat-question.ts'

const depthMax = 12

export function sampleOfSchema(schema: unknown): unknown {
  return sample(schema, schema, 0)
}

function sample(schema: unknown, root: unknown, depth: number): unknown {
  if (!isRecord(schema) || depth > depthMax) return null
  if ('const' in schema) return schema['const']
  if (Array.isArray(schema['enum'])) return schema['enum'][0]
  if (typeof schema['$ref'] === 'string') return sample(lookUp(schema['$ref'], root), root, depth + 1)
  for (const name of ['anyOf', 'oneOf', 'allOf']) {
    const options = schema[name]
    if (Array.isArray(options)) return sample(options[0], root, depth + 1)
  }
  return sampleOfType(schema, root, depth)
}

function sampleOfType(schema: Readonly<Record<string, unknown>>, root: unknown, depth: number): unknown {
  const type = Array.isArray(schema['type']) ? schema['type'][0] : schema['type']
  if (type === 'object' || isRecord(schema['properties'])) return sampleObject(schema, root, depth)
  if (type === 'array') {
    const count = Math.max(1, numberOr(schema['minItems'], 1))
    return Array.from({ length: Math.min(count, 100) }, () => sample(schema['items'], root, depth + 1))
  }
  if (type === 'string') return 'x'.repeat(numberOr(schema['minLength'], 0)) || 'text'
  if (type === 'integer') return Math.ceil(numberOr(schema['minimum'], 1))
  if (type === 'number') return numberOr(schema['minimum'], 1.5)
  if (type === 'boolean') return true
  return null
}

function sampleObject(schema: Readonly<Record<string, unknown>>, root: unknown, depth: number): unknown {
  const properties = isRecord(schema['properties']) ? schema['properties'] : {}
  return Object.fromEntries(
    Object.entries(properties).map(([name, inner]) => [name, sample(inner, root, depth + 1)]),
  )
}

function lookUp(reference: string, root: unknown): unknown {
  let found: unknown = root
  for (const step of reference.split('/').slice(1)) found = isRecord(found) ? found[step] : undefined
  return found
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}
