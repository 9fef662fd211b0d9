// Writes src/providers/model-facts/prices.gen.ts again: what is publicly known of the prices of our providers' models,
// from the installed @pydantic/genai-prices. Run by hand, never by the gateway or an install: `bun
// scripts/snapshot-prices.mjs DATE`, where DATE is the day on which that version was released.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProvider } from '@pydantic/genai-prices'
import { catalogue } from '../src/providers/catalogue.ts'
import { snapshot } from '../src/providers/model-facts/snapshot.gen.ts'
import { priceLine } from './model-facts/price-line.mjs'
import { pricesName } from './model-facts/prices-name.mjs'
import { root } from './root.mjs'

const date = process.argv[2]
if (!/^\d{4}-\d{2}-\d{2}$/.test(date ?? '')) {
  process.stderr.write('Say on which day the installed @pydantic/genai-prices was released, as 2026-11-20.\n')
  process.exit(1)
}

const { version } = JSON.parse(
  readFileSync(join(root, 'node_modules/@pydantic/genai-prices/package.json'), 'utf8'),
)
const names = [...new Set(catalogue.flatMap(({ factsName }) => factsName ?? []))].sort()
const parts = names
  .map((name) => [name, linesOf(name)])
  .filter(([, lines]) => lines.length > 0)
  .map(([name, lines]) => `  ${JSON.stringify(name)}: \`${lines.join('\n')}\`,\n`)
writeFileSync(
  join(root, 'src/providers/model-facts/prices.gen.ts'),
  `// Derived by scripts/snapshot-prices.mjs from @pydantic/genai-prices ${version} (MIT) of ${date}. Do not edit; what is
// wrong here for you, \`price\` of a deployment in the config puts right. The letters: scripts/model-facts/price-line.mjs.

/** The day of these prices. */
export const pricesDate = '${date}'

/** A line for each model, by the provider's name at models.dev. */
export const prices: Readonly<Record<string, string>> = {
${parts.join('')}}
`,
)

function linesOf(name) {
  const models = findProvider({ providerId: pricesName(name) })?.models ?? []
  const lines = new Map()
  for (const { id, prices } of models) addLine(lines, id.replace(/-latest$/, ''), prices)
  // Other names of the same models, as the table of facts has them.
  for (const line of (snapshot[name] ?? '').split('\n')) {
    const id = line.split(' ')[0]
    const model = models.find(({ match }) => matches(match, id))
    if (model !== undefined && !lines.has(id)) addLine(lines, id, model.prices)
  }
  return [...lines.values()].sort()
}

function addLine(lines, id, prices) {
  if (!/^[\x21-\x7e]+$/.test(id) || /[`\\$]/.test(id)) return
  const line = priceLine(id, prices)
  if (line !== undefined) lines.set(id, line)
}

function matches(rule, id) {
  if (rule.or !== undefined) return rule.or.some((part) => matches(part, id))
  if (rule.and !== undefined) return rule.and.every((part) => matches(part, id))
  if (rule.equals !== undefined) return id === rule.equals
  if (rule.starts_with !== undefined) return id.startsWith(rule.starts_with)
  if (rule.ends_with !== undefined) return id.endsWith(rule.ends_with)
  if (rule.contains !== undefined) return id.includes(rule.contains)
  return new RegExp(rule.regex).test(id)
}
