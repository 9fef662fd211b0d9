// From LiteLLM's settings to ours, and to the list of what was lost or changed on the way. Pure: the environment comes
// in, and only to read addresses and times from it, never a key.
import { Notes } from './notes.ts'
import type { Note } from './notes.ts'
import { buildModels } from './build-models.ts'
import { ProviderBook } from './provider-book.ts'
import type { NamedProvider } from './provider-book.ts'
import { readDeployment } from './read-deployment.ts'
import type { ReadDeployment } from './read-deployment.ts'
import { readFallbacks } from './read-fallbacks.ts'
import { readQuotas } from './read-quotas.ts'
import { readStores } from './read-stores.ts'
import { readAliases, readSettings } from './read-settings.ts'
import { groupOf, isNothing, listOf, referredName, withMerges } from './source.ts'
import type { Source } from './source.ts'
import { readRouting } from './spread.ts'

export interface Converted {
  /** Settings as they stand in a config. */
  readonly settings: object
  readonly counts: { readonly providers: number; readonly models: number; readonly keys: number }
  readonly notes: readonly Note[]
  /** The variables that the settings name, in their order. */
  readonly variables: readonly NamedVariable[]
}

export interface NamedVariable {
  readonly name: string
  /** What a text has to look like to stand for what it will hold. */
  readonly like: string
}

/** Converts what was read from a file. */
export function convertLitellm(
  written: unknown,
  environment: Readonly<Record<string, string | undefined>>,
): Converted {
  const notes = new Notes()
  const root = groupOf(withMerges(written))
  const source = { root, notes, variables: variablesOf(root['environment_variables'], environment) }
  const book = new ProviderBook()
  const routing = readRouting(source)
  const { concurrency } = routing
  const deployments = listOf(root['model_list']).flatMap((entry, at) => {
    const read = readDeployment(entry, { path: ['model_list', at], source, concurrency })
    return read === undefined ? [] : [{ ...read, mark: book.add(read.provider) }]
  })
  const providers = book.named(referredNames(root))
  noteLiterals(deployments, providers, source)
  const fallbacks = readFallbacks(source, new Set(deployments.map(({ publicName }) => publicName)))
  const aliases = readAliases(source)
  const models = buildModels({ deployments, providers, aliases, fallbacks, routing, notes })
  const { server, log, timeouts, keys } = readSettings(source)
  const { database, redis } = readStores(source)
  const { limits, budgets } = readQuotas(source, keys?.[0]?.name)
  const variables = [
    ...[...providers.values()].flatMap(({ variable }) => variableLike(variable, 'a-stand-in-for-the-secret')),
    ...(keys ?? []).flatMap(({ secret }) => variableLike(variableOf(secret), 'a-stand-in-for-the-key')),
    ...variableLike(variableOf(database), 'postgres://host/name'),
    ...variableLike(variableOf(redis), 'redis://host'),
  ]
  noteVariables(new Set(variables.map(({ name }) => name)), source)
  return {
    settings: {
      ...(server && { server }),
      ...(database !== undefined && { database }),
      ...(redis !== undefined && { redis }),
      // Nothing is to be called that the file did not name.
      discover: 'off',
      ...(log && { log }),
      ...(timeouts && { timeouts }),
      ...(limits && { limits }),
      ...(budgets && { budgets }),
      providers: Object.fromEntries(
        [...providers.values()].map((provider) => [provider.name, entryOf(provider)]),
      ),
      models,
      ...(keys && { keys }),
    },
    counts: { providers: providers.size, models: Object.keys(models).length, keys: keys?.length ?? 0 },
    notes: notes.all(),
    variables: [...new Map(variables.map((variable) => [variable.name, variable])).values()],
  }
}

/** The name in `env:NAME`. */
function variableOf(reference: string | undefined): string | undefined {
  return reference?.startsWith('env:') === true ? reference.slice('env:'.length) : undefined
}

function variableLike(name: string | undefined, like: string): readonly NamedVariable[] {
  return name === undefined ? [] : [{ name, like }]
}

function entryOf({ name, type, baseUrl, variable }: NamedProvider): object {
  return {
    ...(name !== type && { type }),
    ...(baseUrl !== undefined && { base_url: baseUrl }),
    ...(variable !== undefined && { api_key: `env:${variable}` }),
  }
}

/** The file sets variables for itself; a value that is a reference leads on to the environment. */
function variablesOf(
  written: unknown,
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> {
  const variables = new Map<string, string>()
  for (const [name, value] of Object.entries(environment)) if (value) variables.set(name, value)
  for (const [name, value] of Object.entries(groupOf(written))) {
    const text = referredName(value) === undefined ? value : environment[referredName(value) ?? '']
    if (typeof text === 'string' || typeof text === 'number') variables.set(name, String(text))
  }
  return variables
}

/** Every variable that the file names anywhere: no other key is given such a name. */
function referredNames(value: unknown): ReadonlySet<string> {
  const names = new Set<string>()
  const look = (part: unknown): void => {
    const name = referredName(part)
    if (name !== undefined) names.add(name)
    if (Array.isArray(part)) part.forEach(look)
    else for (const inner of Object.values(groupOf(part))) look(inner)
  }
  look(value)
  return names
}

function noteLiterals(
  deployments: readonly (ReadDeployment & { readonly mark: string })[],
  providers: ReadonlyMap<string, NamedProvider>,
  { notes, root }: Source,
): void {
  for (const { path, mark, provider } of deployments) {
    if (provider.key.kind !== 'literal') continue
    const entry = groupOf(listOf(root['model_list'])[Number(path[1])])
    const isOwn = !isNothing(groupOf(entry['litellm_params'])['api_key'])
    notes.changed(
      [...path, 'litellm_params', isOwn ? 'api_key' : 'litellm_credential_name'],
      `is a key as it is; put it into the variable ${providers.get(mark)?.variable ?? ''}`,
    )
  }
}

/** Sallyport sets no variables: whoever starts it does. */
function noteVariables(used: ReadonlySet<string>, { root, notes }: Source): void {
  for (const [name, value] of Object.entries(groupOf(root['environment_variables']))) {
    if (isNothing(value)) continue
    const path = ['environment_variables', name]
    if (used.has(name)) notes.changed(path, 'set it in the environment that Sallyport starts in')
    else notes.lost(path, 'no variables are set here')
  }
}
