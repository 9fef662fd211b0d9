// The config's schema as JSON Schema, for editors and for the pages derived from it. Draft 7, because that is what
// the YAML plug-ins of editors understand best.
import * as z from 'zod'
import { configSchema } from '../../src/config/schema.ts'

/** The part of JSON Schema that a config needs. */
export interface JsonSchema {
  readonly title?: string
  readonly description?: string
  readonly type?: string
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly anyOf?: readonly JsonSchema[]
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
}

export function configJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(configSchema, {
    io: 'input',
    target: 'draft-7',
    override: ({ zodSchema, jsonSchema }) => {
      // It is about the value that the program holds, not about what may be written.
      delete jsonSchema.readOnly
      // zod leaves out the examples of whatever it transforms, because it takes them for transformed values.
      const examples = z.globalRegistry.get(zodSchema)?.['examples']
      if (Array.isArray(examples)) jsonSchema.examples = examples
    },
  })
  const { $schema, ...rest } = schema
  // What the schema says is JSON Schema; zod's own type of it is wider than the part that a config uses.
  return { $schema, title: 'The config of Sallyport', ...rest } as JsonSchema
}
