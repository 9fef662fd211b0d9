// docs/reference/sallyport.example.yaml: every setting once, at its default where it has one, each under its meaning.
import { yamlWord } from './config-rows.ts'
import type { JsonSchema } from './config-schema.ts'

const opening = `# yaml-language-server: $schema=./sallyport.schema.json
# A complete config of Sallyport. Everything in it is optional: what stands here beside providers, models and keys is
# the default. Derived from the settings; change them there.
`

export function exampleConfig(schema: JsonSchema): string {
  const sections = Object.entries(schema.properties ?? {}).map(([name, section]) => {
    const lines = [comment(section.description), ...settingLines(name, section)]
    return lines.join('\n')
  })
  return `${[opening, ...sections].join('\n\n').replace(/\n{3,}/g, '\n\n')}\n`
}

/** One setting with all that stands in it. */
export function settingLines(name: string, setting: JsonSchema): string[] {
  if (setting.examples?.[0] !== undefined && setting.default !== undefined) {
    return [`${name}:`, ...indented(blockLines(setting.examples[0]))]
  }
  if (setting.properties !== undefined) {
    const inner = Object.entries(setting.properties).flatMap(([member, value]) => [
      comment(value.description),
      ...settingLines(member, value),
    ])
    return [`${name}:`, ...indented(inner)]
  }
  if (setting.default !== undefined) return [`${name}: ${yamlWord(setting.default)}`]
  return [`# ${name}: ${yamlWord(setting.examples?.[0] ?? '…')}`]
}

/** Groups and lists of groups line by line, everything below them in flow style. */
function blockLines(value: unknown): string[] {
  if (Array.isArray(value)) return value.map((entry) => `- ${yamlWord(entry)}`)
  return Object.entries(value ?? {}).flatMap(([name, member]: [string, unknown]) => {
    const isDeep = typeof member === 'object' && JSON.stringify(member).length > 60
    const isGroups = Array.isArray(member) && typeof member[0] === 'object'
    return isDeep || isGroups
      ? [`${name}:`, ...indented(blockLines(member))]
      : [`${name}: ${yamlWord(member)}`]
  })
}

function indented(lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split('\n')).map((line) => `  ${line}`)
}

function comment(text: string | undefined): string {
  return `# ${text ?? ''}`
}
