// Is a value a JSON Schema at all? Only its root is looked at: what providers take beyond that differs, and they say
// so themselves.
import { InvalidType, InvalidValue } from '../../core/errors.ts'
import { pathOf } from '../client-json.ts'
import type { Place } from '../client-json.ts'

const schemaTypes = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']

/** Throws InvalidType or InvalidValue. `root` is the type that the schema must describe, if it says any. */
export function checkSchema(schema: Place, root: 'object' | 'any'): void {
  const path = pathOf(schema.path, 'type')
  const type = schema.json['type'] ?? undefined
  if (type === undefined) return
  const types: readonly unknown[] = Array.isArray(type) ? type : [type]
  if (types.some((name) => typeof name !== 'string')) throw new InvalidType(path, 'a string')
  if (root === 'object' && !types.includes('object')) {
    throw new InvalidValue(path, 'the schema of a tool must be of type object')
  }
  if (types.some((name) => !schemaTypes.includes(String(name)))) {
    throw new InvalidValue(path, `must be one of ${schemaTypes.join(', ')}`)
  }
}
