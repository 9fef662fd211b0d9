// Entries with one name become one model; aliases and fallbacks become further deployments. A name of a client's that we
// cannot have is spelled in another way, and that is said.
import type { SettingPath } from '../../config/problem.ts'
import { attemptsMaxDefault } from '../../routing/next-attempt.ts'
import { shown } from '../../config/problem.ts'
import type { Notes } from './notes.ts'
import type { NamedProvider } from './provider-book.ts'
import type { ReadDeployment } from './read-deployment.ts'
import type { Fallbacks } from './read-fallbacks.ts'

/** A deployment as it stands in a config. */
export interface DeploymentEntry {
  readonly provider: string
  readonly model: string
  readonly timeout?: string
  readonly priority?: number
}

export interface ModelsInput {
  readonly deployments: readonly (ReadDeployment & { readonly mark: string })[]
  readonly providers: ReadonlyMap<string, NamedProvider>
  /** Other names of a model: alias → name. */
  readonly aliases: readonly { readonly alias: string; readonly name: string; readonly path: SettingPath }[]
  readonly fallbacks: Fallbacks
  readonly notes: Notes
}

interface Ranked extends DeploymentEntry {
  readonly rank: number
}

type ModelEntry = { readonly deployments: readonly DeploymentEntry[] }
type Placed = ModelsInput['deployments'][number]

/** The section `models`. */
export function buildModels(input: ModelsInput): Readonly<Record<string, ModelEntry>> {
  const { notes } = input
  const plain = input.deployments.filter((deployment) => !noteWildcard(deployment, input))
  const groups = Map.groupBy(plain, ({ publicName }) => publicName)
  const own = new Map([...groups].map(([name, group]) => [name, ranked(group, input)]))
  for (const { alias, name, path } of input.aliases) {
    const meant = own.get(name)
    if (meant === undefined) notes.lost(path, 'names no model of this file')
    else if (own.has(alias)) notes.lost(path, 'is the name of a model already')
    else own.set(alias, meant)
  }
  const paths = new Map(input.aliases.toReversed().map(({ alias, path }) => [alias, path]))
  const listed = [...own].flatMap(([name, deployments]) => {
    const path = groups.get(name)?.[0]?.path ?? paths.get(name) ?? []
    const all = withFallbacks(name, deployments, { own, input, path })
    return isSpelledOut(name, all) ? [] : [{ name, path, all }]
  })
  // Names that can stay as they are go before those that look like them once they are spelled in another way.
  const taken = new Set(listed.flatMap(({ name }) => (modelName.test(name) ? [name] : [])))
  return Object.fromEntries(
    listed.map(({ name, path, all }) => {
      const spelled = modelName.test(name) ? name : spelledName(name, taken)
      if (spelled !== name) notes.changed(path, `is called "${spelled}" here: ${whyRenamed(name)}`)
      return [spelled, { deployments: withPriorities(all) }]
    }),
  )
}

/** `openai/*` means every model of a provider, and that is so without a word here. */
function noteWildcard({ publicName, model, mark, path }: Placed, { providers, notes }: ModelsInput): boolean {
  if (!publicName.includes('*') && !model.includes('*')) return false
  const provider = providers.get(mark)?.name ?? ''
  if (model !== '*') notes.lost(path, 'a wildcard within a name is not known here; name each model')
  else if (publicName !== `${provider}/*`) {
    notes.changed(path, `every model of this provider is called as ${provider}/<its name>`)
  }
  return true
}

function ranked(group: readonly Placed[], input: ModelsInput): readonly Ranked[] {
  const { providers, notes } = input
  const kept = withinMax(differing(group, input), notes)
  const orders = [...new Set(kept.map(({ order = Infinity }) => order))]
  const isShared = orders.length < kept.length
  if (isShared && group[0] !== undefined) {
    const message =
      'calls are not spread over the deployments of this name: the first in order is called, and the next when it fails'
    notes.changed(group[0].path, message)
  }
  return kept.map(({ mark, model, timeout, order = Infinity }) => ({
    provider: providers.get(mark)?.name ?? '',
    model,
    ...(timeout !== undefined && { timeout }),
    rank: orders.indexOf(order) + 1,
  }))
}

/** Each deployment once, the first in order before the others. */
function differing(group: readonly Placed[], { notes }: ModelsInput): readonly Placed[] {
  const found = new Map<string, Placed>()
  for (const placed of group) {
    const place = `${placed.mark} ${placed.model}`
    if (found.has(place)) notes.lost(placed.path, 'is the same deployment as one before; each is tried once')
    else found.set(place, placed)
  }
  const inOrder = (one: Placed, other: Placed): number =>
    one.order === other.order ? 0 : (one.order ?? Infinity) - (other.order ?? Infinity)
  return [...found.values()].toSorted(inOrder)
}

/** As many as a config takes for one model. */
const deploymentsMax = 100

function withinMax(group: readonly Placed[], notes: Notes): readonly Placed[] {
  const beyond = group[deploymentsMax]
  if (beyond !== undefined) {
    const message = `${group.length - deploymentsMax} deployments from this one on are left out: a model has at most ${deploymentsMax}; give some of them another name`
    notes.lost(beyond.path, message)
  }
  return group.slice(0, deploymentsMax)
}

interface FallingBack {
  readonly own: ReadonlyMap<string, readonly Ranked[]>
  readonly input: ModelsInput
  readonly path: SettingPath
}

function withFallbacks(
  name: string,
  first: readonly Ranked[],
  { own, input, path }: FallingBack,
): readonly Ranked[] {
  const all = [...first]
  for (const { to, at } of input.fallbacks.of(name)) {
    const deployments = own.get(to)
    if (deployments === undefined) {
      input.notes.lost(at, 'names no model of this file')
      continue
    }
    const rank = Math.max(...all.map((deployment) => deployment.rank)) + 1
    const further = deployments.filter(
      ({ provider, model }) => !all.some((other) => other.provider === provider && other.model === model),
    )
    const fitting = further.slice(0, deploymentsMax - all.length)
    if (fitting.length < further.length) {
      input.notes.lost(
        at,
        `${further.length - fitting.length} of its deployments are left out: "${shown(name)}" has ${deploymentsMax} with the others, which is the most`,
      )
    }
    // One block behind the other: within it, its own order is kept by the order of the list.
    all.push(...fitting.map((deployment) => ({ ...deployment, rank })))
    if (fitting.length > 0) input.notes.changed(at, `its deployments come behind those of "${shown(name)}"`)
  }
  if (all.length > attemptsMaxDefault) {
    input.notes.changed(
      path,
      `"${shown(name)}" has ${all.length} deployments; the first ${attemptsMaxDefault} are tried for a call`,
    )
  }
  return all
}

/** `openai/gpt-4o` at the provider openai is called so without an entry. */
function isSpelledOut(name: string, [only, ...others]: readonly Ranked[]): boolean {
  return (
    only !== undefined &&
    others.length === 0 &&
    only.timeout === undefined &&
    name === `${only.provider}/${only.model}`
  )
}

const nameCharactersMax = 128
/** What a config takes as the name of a model. */
const modelName = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/

/** A name that can stand in a config and that nobody has. Takes it. */
function spelledName(name: string, taken: Set<string>): string {
  const plain = name.replaceAll(/[^A-Za-z0-9._:-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'model'
  let candidate = plain.slice(0, nameCharactersMax)
  for (let number = 2; taken.has(candidate); number += 1) candidate = `${plain.slice(0, 120)}-${number}`
  taken.add(candidate)
  return candidate
}

function whyRenamed(name: string): string {
  if (name.includes('/')) return 'a name with "/" means provider/model'
  if (name.length > nameCharactersMax) return `a name has at most ${nameCharactersMax} characters`
  return 'a name begins with a letter or digit, and has only these, ".", "_", ":" and "-"'
}

/** Equals stay in the order of the list, so only differences need a number. */
function withPriorities(deployments: readonly Ranked[]): readonly DeploymentEntry[] {
  const isEqual = deployments.every(({ rank }) => rank === deployments[0]?.rank)
  return deployments.map(({ rank, ...entry }) => (isEqual ? entry : { ...entry, priority: rank }))
}
