// What a requested model name means. The law behind the order: a name never changes its meaning because
// another provider was added. It may become ambiguous, and then it is refused; it never silently goes
// somewhere else.
import { nearestName } from './nearest-name.ts'

/** One place where a model can be had: a configured provider and that provider's name of the model. */
export interface DeploymentRef {
  readonly provider: string
  readonly providerModel: string
}

/** The names that exist at the moment of asking. */
export interface KnownModels {
  /** Logical models of the config, each with its deployments in order. */
  readonly models: ReadonlyMap<string, readonly DeploymentRef[]>
  /** Configured providers, by the name that the config gives them, and what each lists. */
  readonly providers: ReadonlyMap<string, { readonly listed: ReadonlySet<string> }>
  /** Is this a provider that could be configured by this name? */
  isCatalogueName(name: string): boolean
  /** Names that the caller may not call are not offered to it. Left out: every name may be shown. */
  mayShow?(name: string): boolean
}

export type Resolution =
  /** `logical`: the name stands under `models` in the config. */
  | { readonly kind: 'found'; readonly deployments: readonly DeploymentRef[]; readonly logical: boolean }
  /** The sentence says between what, and what to send instead. */
  | { readonly kind: 'ambiguous'; readonly sentence: string }
  | { readonly kind: 'unknown'; readonly sentence: string }

const choicesShownMax = 5
const nameShownCharsMax = 120

/** A logical model, else `provider/model`, else the one provider that lists the bare name. */
export function resolveModel(asked: string, known: KnownModels): Resolution {
  const deployments = known.models.get(asked)
  if (deployments !== undefined) return { kind: 'found', deployments, logical: true }
  const slash = asked.indexOf('/')
  return slash === -1 ? resolveBare(asked, known) : resolvePath(asked, slash, known)
}

/**
 * Whatever follows a configured provider's name is that provider's affair, listed or not: lists lag behind.
 */
function resolvePath(asked: string, slash: number, known: KnownModels): Resolution {
  const provider = asked.slice(0, slash)
  const providerModel = asked.slice(slash + 1)
  if (!known.providers.has(provider)) return unknownProvider(asked, provider, known)
  if (!isName(providerModel)) return unknown(`"${shown(asked)}" is no name of a model.`)
  if (providerModel === '') return unknown(`"${shown(asked)}" lacks the model's name after the slash.`)
  return { kind: 'found', deployments: [{ provider, providerModel }], logical: false }
}

/** Some providers have it in a path: half a character cannot be written there, and dots would lead somewhere else. */
function isName(providerModel: string): boolean {
  return providerModel.isWellFormed() && !/^\.\.?$/.test(providerModel)
}

function resolveBare(asked: string, known: KnownModels): Resolution {
  const listing = providersListing(asked, known)
  const [provider] = listing
  if (provider === undefined) return unknownBare(asked, known)
  if (listing.length === 1) {
    return { kind: 'found', deployments: [{ provider, providerModel: asked }], logical: false }
  }
  const offered = `The model "${shown(asked)}" is offered by ${listing.length} providers.`
  const sentence = `${offered} Ask for ${choices(asked, listing, known) || 'it as provider/model'}.`
  return { kind: 'ambiguous', sentence }
}

/**
 * The first segment names no configured provider. A provider may list the whole name (`meta-llama/llama-3`),
 * but to take it for that would change its meaning on the day a provider of that name is configured, so we
 * only offer it.
 */
function unknownProvider(asked: string, provider: string, known: KnownModels): Resolution {
  const what = `The model "${shown(asked)}" does not exist`
  const offers = choices(asked, providersListing(asked, known), known)
  if (offers !== '') return unknown(`${what} by that name. Did you mean ${offers}?`)
  if (known.isCatalogueName(provider)) {
    return unknown(`${what} here: the provider "${provider}" is not configured. ${catalogueHint}`)
  }
  const near = nearestName(provider, known.providers.keys())
  const meant = near === undefined ? undefined : `${near}${asked.slice(provider.length)}`
  const offer = meant !== undefined && mayShow(meant, known) ? meant : nearestName(asked, namesToOffer(known))
  const missing = `no provider "${shown(provider)}" is configured`
  return unknown(`${what}: ${missing}.${offer === undefined ? ` ${configureHint}` : didYouMean(offer)}`)
}

const catalogueHint = 'Give Sallyport its key, or start it if it is a local server.'
const configureHint = 'Configure it under "providers" (type: openai-compatible), or ask for another model.'

function unknownBare(asked: string, known: KnownModels): Resolution {
  if (asked === '') return unknown('The model name is empty. Name a model; GET /v1/models lists them.')
  const near = nearestName(asked, namesToOffer(known))
  const ending = near === undefined ? ' GET /v1/models lists those that do.' : didYouMean(near)
  return unknown(`The model "${shown(asked)}" does not exist here.${ending}`)
}

function providersListing(name: string, known: KnownModels): string[] {
  const listing: string[] = []
  for (const [provider, { listed }] of known.providers) if (listed.has(name)) listing.push(provider)
  return listing
}

/** Logical names first: of two that are equally near, the operator's own is the likelier. */
function* namesToOffer(known: KnownModels): Generator<string> {
  for (const name of known.models.keys()) if (mayShow(name, known)) yield name
  for (const [provider, { listed }] of known.providers) {
    for (const name of listed) {
      const full = `${provider}/${name}`
      if (!mayShow(full, known)) continue
      // A name with a slash of its own cannot be asked for without its provider.
      if (!name.includes('/')) yield name
      yield full
    }
  }
}

function mayShow(name: string, known: KnownModels): boolean {
  return known.mayShow === undefined || known.mayShow(name)
}

function unknown(sentence: string): Resolution {
  return { kind: 'unknown', sentence }
}

function didYouMean(name: string): string {
  return ` Did you mean "${shown(name)}"?`
}

/** `"a/x", "b/x" or "c/x"`, of the names that may be shown; empty when there is none. */
function choices(asked: string, listing: readonly string[], known: KnownModels): string {
  const names = listing.map((provider) => `${provider}/${asked}`).filter((name) => mayShow(name, known))
  const some = names.slice(0, choicesShownMax).map((name) => `"${shown(name)}"`)
  const more = names.length > some.length ? ` (and ${names.length - some.length} more)` : ''
  const last = some.pop() ?? ''
  return some.length === 0 ? last : `${some.join(', ')} or ${last}${more}`
}

/** Text from outside, cut and made harmless for a sentence that ends in logs and terminals. */
function shown(text: string): string {
  const clean = text.replace(/[^\x20-\x7e]/g, '?')
  return clean.length > nameShownCharsMax ? `${clean.slice(0, nameShownCharsMax)}…` : clean
}
