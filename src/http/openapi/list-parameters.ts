// What every list takes.
import type { Parameter } from './operation.ts'

export const limit: Parameter = {
  name: 'limit',
  in: 'query',
  says: 'How many.',
  schema: { type: 'integer', minimum: 1, maximum: 1_000, default: 100 },
}
export const after: Parameter = { name: 'after', in: 'query', says: 'Those behind this id.' }
