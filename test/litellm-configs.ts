// Configs of LiteLLM's proxy as the importer converts them.
import { expect } from 'bun:test'
import { convertLitellm } from '../src/commands/import-litellm/convert.ts'
import type { Converted } from '../src/commands/import-litellm/convert.ts'
import { parseConfig } from '../src/config/parse-config.ts'
import { printYaml } from '../src/config/print-yaml.ts'
import { readYaml } from '../src/config/read-yaml.ts'
import { catalogue, findProvider } from '../src/providers/catalogue.ts'

export function convert(text: string, environment: Record<string, string> = {}): Converted {
  const read = readYaml(text)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return convertLitellm(read.yaml.value, environment)
}

/** The settings, after the real loader has taken them. */
export function settingsOf(converted: Converted): Record<string, Record<string, unknown>> {
  const environment = Object.fromEntries(
    converted.variables.map(({ name, like }, at) => [name, `${like}-${at}`]),
  )
  const readText = () => ({ ok: false, missing: true, reason: 'is not read' }) as const
  const text = printYaml(converted.settings, 'x')
  const parsed = parseConfig(text, { knownProviders: catalogue, environment, readText })
  expect(parsed).toMatchObject({ ok: true })
  return converted.settings as Record<string, Record<string, unknown>>
}

export function notesOf({ notes }: Converted, kind: 'lost' | 'changed'): readonly string[] {
  return notes.filter((note) => note.kind === kind).map(({ path, message }) => `${path}: ${message}`)
}

/** One model called `m` with these parameters. */
export function oneModel(params: string): string {
  return `model_list:\n  - { model_name: m, litellm_params: { ${params} } }\n`
}

/** The path that the catalogue's address of a provider ends in. */
export function pathOf(name: string): string {
  return new URL(findProvider(name)?.baseUrl ?? '').pathname.replace(/\/$/, '')
}
