// Holds what follows from the code in step with it: derived files, and the schema that they are derived from.
import { describe, expect, test } from 'bun:test'
import { parseConfig } from '../../src/config/parse-config.ts'
import { catalogue } from '../../src/providers/catalogue.ts'
import { configJsonSchema } from '../../scripts/derived/config-schema.ts'
import type { JsonSchema } from '../../scripts/derived/config-schema.ts'
import { configRows } from '../../scripts/derived/config-rows.ts'
import { derivedFiles } from '../../scripts/derived/derived-files.ts'
import { exampleConfig } from '../../scripts/derived/example-config.ts'
import { read } from './source-files.ts'

describe('derived files', () => {
  for (const { path, content } of derivedFiles) {
    test(`${path} is what "npm run derive" writes`, () => {
      expect(read(path) === content()).toBe(true)
    })
  }
})

describe('the schema of the config', () => {
  const schema = configJsonSchema()

  test('says of every setting what it means', () => {
    const silent = configRows(schema, '').filter(({ meaning }) => !meaning.endsWith('.'))
    expect(silent.map(({ path }) => path)).toEqual([])
  })

  test('has every setting on its page, with the type that may be written', () => {
    const lines = read('docs/reference/config.md').split('\n')
    const cells = new Map(lines.map((line) => [line.split(' | ')[0], line.split(' | ')[1]]))
    const wrong = leavesOf(schema, '').filter(({ path, type }) => {
      const kind = cells.get(`| \`${path}\``)
      return kind === undefined || (type === 'number' && kind === 'text')
    })
    expect(wrong).toEqual([])
  })

  test('refuses unknown settings in every group', () => {
    const lenient: string[] = []
    const visit = (setting: JsonSchema, path: string): void => {
      if (setting.properties !== undefined && setting.additionalProperties !== false) lenient.push(path)
      for (const [name, inner] of Object.entries(setting.properties ?? {})) visit(inner, `${path}.${name}`)
      if (typeof setting.additionalProperties === 'object') visit(setting.additionalProperties, `${path}.*`)
      if (setting.items !== undefined) visit(setting.items, `${path}[]`)
      for (const branch of setting.anyOf ?? []) visit(branch, path)
    }
    visit(schema, '')
    expect(lenient).toEqual([])
  })

  test('has an example that is a valid config', () => {
    const environment = {
      OPENAI_API_KEY: 'sk-example',
      SALLYPORT_CI_KEY: 'an-example-of-a-key',
      WEBHOOK_SECRET: `whsec_${'A'.repeat(32)}`,
    }
    const readText = () => ({ ok: false, missing: true, reason: 'does not exist' }) as const
    const outcome = parseConfig(exampleConfig(schema), { knownProviders: catalogue, environment, readText })
    expect(outcome).toMatchObject({ ok: true })
  })

  test('gives the same config for the example without its entries as for no file at all', () => {
    const facts = {
      knownProviders: catalogue,
      environment: {},
      readText: () => ({ ok: false, missing: true, reason: 'does not exist' }) as const,
    }
    const settings = exampleConfig(schema).split('# Whom to call')[0] ?? ''
    expect(parseConfig(settings, facts)).toEqual(parseConfig('', facts))
  })
})

interface Leaf {
  readonly path: string
  readonly type: string | undefined
}

/** Every setting with a name, wherever in groups, lists and alternatives it stands. */
function leavesOf(schema: JsonSchema | undefined, path: string): readonly Leaf[] {
  if (schema === undefined) return []
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const place = path === '' ? name : `${path}.${name}`
    // A section has a heading of its own.
    const isSection = path === '' && (inner.type === 'object' || inner.type === 'array')
    return [...(isSection ? [] : [{ path: place, type: inner.type }]), ...leavesOf(inner, place)]
  })
  const entry = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined
  return [
    ...own,
    ...(schema.anyOf ?? []).flatMap((branch) => leavesOf(branch, path)),
    ...leavesOf(schema.items, `${path}[]`),
    ...leavesOf(entry, `${path}.<name>`),
  ]
}
