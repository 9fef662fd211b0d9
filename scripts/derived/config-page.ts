// docs/reference/config.md: every setting with its type, default and meaning, section by section.
import { configRows, innerRows } from './config-rows.ts'
import type { ConfigRow } from './config-rows.ts'
import type { JsonSchema } from './config-schema.ts'
import { exampleConfig, settingLines } from './example-config.ts'

const opening = `# Config reference

<!-- Derived from the settings.ts of each feature. Change it there, then run "npm run derive". -->

The file is \`sallyport.yaml\` in the working folder, or the one that \`--config\` names; both are optional. How to use
it: [the guide](../guides/configuration.md). With this line at its top an editor completes and checks it:

\`\`\`yaml
# yaml-language-server: $schema=PATH/TO/docs/reference/sallyport.schema.json
\`\`\`

A **duration** carries its unit: \`500ms\`, \`30s\`, \`5m\`, \`1h\`, \`7d\`. A **size** too: \`64KB\`, \`10MB\` (powers of 1000), \`16MiB\`
(powers of 1024). A **secret reference** names a secret and never holds it: \`env:NAME\` is an environment variable,
\`file:PATH\` a file, as seen from the config's folder, \`vault:\` and \`aws:\` lead to [stores](../guides/secrets.md); what opens a store
or encrypts is an \`env:\` or a \`file:\`. **On or off** may be \`true\` or \`false\` as well. An **address
range** is one IP address or a range such as \`10.0.0.0/8\`. Settings that are not listed here are refused.
`

export function configPage(schema: JsonSchema): string {
  const sections = Object.entries(schema.properties ?? {})
  const simple = configRows(schema, '').filter(({ path }) =>
    isSimple(schema.properties?.[path.replace(/[.[].*/, '')]),
  )
  const parts = sections
    .filter(([, section]) => !isSimple(section))
    .map(([name, section]) => sectionText(name, section))
  return [
    opening,
    '## At the top level\n',
    table(simple),
    ...parts,
    '## A complete example\n',
    `The same as [sallyport.example.yaml](sallyport.example.yaml).\n\n\`\`\`yaml\n${exampleConfig(schema)}\`\`\`\n`,
  ].join('\n')
}

/** One value, not a section of its own. */
function isSimple(setting: JsonSchema | undefined): boolean {
  return setting !== undefined && setting.type !== 'object' && setting.type !== 'array'
}

function sectionText(name: string, section: JsonSchema): string {
  const text = `## ${name}\n\n${section.description ?? ''}\n\n${table(innerRows(section, name))}`
  if (section.examples === undefined) return text
  return `${text}\n\`\`\`yaml\n${settingLines(name, section).join('\n')}\n\`\`\`\n`
}

function table(rows: readonly ConfigRow[]): string {
  const lines = rows.map(({ path, kind, fallback, isRequired, meaning }) => {
    const standard = isRequired ? 'required' : fallback === undefined ? '' : `\`${fallback}\``
    return `| \`${path}\` | ${kind} | ${standard} | ${meaning.replaceAll('|', '\\|')} |`
  })
  return ['| Setting | Type | Default | Meaning |', '| --- | --- | --- | --- |', ...lines, ''].join('\n')
}
