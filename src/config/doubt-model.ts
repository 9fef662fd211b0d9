// Whether a name on a key's list can mean a model at all. Only a doubt: a key is made for a gateway whose config may change,
// and whose providers tell their models only when they are asked.
import { demoType } from './facts.ts'
import type { KnownProvider } from './facts.ts'
import { shown } from './problem.ts'
import type { Draft } from './read-shape.ts'
import { nearest } from './suggest.ts'

/** A sentence on why `model` names nothing by this config; undefined where it may name something. */
export function doubtModel(
  model: string,
  draft: Draft,
  knownProviders: readonly KnownProvider[],
): string | undefined {
  const { models, providers } = draft
  // A section that cannot be read may hold any name.
  if (models === null || providers === null || models.has(model)) return undefined
  const slash = model.indexOf('/')
  if (slash > 0) return doubtProvider(model, model.slice(0, slash), { draft, knownProviders })
  if (model.includes('*') || lists(draft, model)) return undefined
  const near = nearest(model, models.keys())
  if (near === undefined && isOpen(draft)) return undefined
  return `no model is called "${shown(model)}", and no provider lists it in the config.${meant(near)}`
}

interface Names {
  readonly draft: Draft
  readonly knownProviders: readonly KnownProvider[]
}

function doubtProvider(
  model: string,
  provider: string,
  { draft, knownProviders }: Names,
): string | undefined {
  const declared = draft.providers ?? new Map<string, unknown>()
  if (provider.includes('*') || declared.has(provider) || provider === demoType) return undefined
  const found = knownProviders.flatMap(({ name, baseUrl }) => (baseUrl === '' ? [] : [name]))
  if (found.includes(provider)) {
    if (draft.discover) return undefined
    return `the provider "${provider}" of "${shown(model)}" is not declared in the config, and discover is off.`
  }
  const near = nearest(provider, [...declared.keys(), ...(draft.discover ? found : [])])
  const name = near === undefined ? undefined : `${near}${model.slice(provider.length)}`
  return `there is no provider "${shown(provider)}" for "${shown(model)}".${meant(name)}`
}

/** A written list has it. */
function lists({ providers }: Draft, model: string): boolean {
  return [...(providers?.values() ?? [])].some((provider) => provider?.models?.includes(model) === true)
}

/** Some provider's models are known only when it is asked. */
function isOpen({ discover, providers }: Draft): boolean {
  return discover || [...(providers?.values() ?? [])].some((provider) => provider?.models === undefined)
}

function meant(name: string | undefined): string {
  return name === undefined ? '' : ` Did you mean "${shown(name)}"?`
}
