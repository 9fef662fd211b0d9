// Entries with one name become one model; aliases and fallbacks become further deployments. A name of a client's that we
// cannot have is spelled in another way, and that is said.
import type { SettingPath } from '../../config/problem.ts'
import { shown } from '../../config/problem.ts'
import { attemptsMaxDefault } from '../../routing/next-attempt.ts'
import type { Notes } from './notes.ts'
import type { NamedProvider } from './provider-book.ts'
import type { ReadDeployment } from './read-deployment.ts'
import type { Fallbacks } from './read-fallbacks.ts'
import type { OwnFacts } from './read-own-facts.ts'
import { policyFor, weightsOf } from './spread.ts'
import type { Routing } from './spread.ts'

/** A deployment as it stands in a config. */
export interface DeploymentEntry extends OwnFacts {
  readonly provider: string
  readonly model: string
  readonly timeout?: string
  readonly priority?: number
  readonly weight?: number
}

export interface ModelsInput {
  readonly deployments: readonly (ReadDeployment & { readonly mark: string })[]
  readonly providers: ReadonlyMap<string, NamedProvider>
  /** Other names of a model: alias → name. */
  readonly aliases: readonly { readonly alias: string; readonly name: string; readonly path: SettingPath }[]
  readonly fallbacks: Fallbacks
  readonly routing: Routing
  readonly notes: Notes
}

interface Ranked extends DeploymentEntry {
  readonly rank: number
}

interface ModelEntry {
  readonly policy?: string
  readonly attempts?: number
  readonly deployments: readonly DeploymentEntry[]
}

/** A model's deployments, and how often a call of it is tried again, where the file says so. */
interface Group {
  readonly deployments: readonly Ranked[]
  readonly retries: number | undefined
}

type Placed = ModelsInput['deployments'][number]

/** The section `models`. */
export function buildModels(input: ModelsInput): Readonly<Record<string, ModelEntry>> {
  const { notes } = input
  const plain = input.deployments.filter((deployment) => !noteWildcard(deployment, input))
  const groups = Map.groupBy(plain, ({ publicName }) => publicName)
  const own = new Map([...groups].map(([name, group]) => [name, groupFrom(group, input)]))
  for (const { alias, name, path } of input.aliases) {
    const meant = own.get(name)
    if (meant === undefined) notes.lost(path, 'names no model of this file')
    else if (own.has(alias)) notes.lost(path, 'is the name of a model already')
    else own.set(alias, meant)
  }
  const paths = new Map(input.aliases.toReversed().map(({ alias, path }) => [alias, path]))
  const listed = [...own].flatMap(([name, group]) => {
    const path = groups.get(name)?.[0]?.path ?? paths.get(name) ?? []
    const entry = withFallbacks(name, group, { own, input, path })
    if (!isSpelledOut(name, entry)) return [{ name, path, entry }]
    if (entry.attempts !== undefined) {
      const message = `a name with "/" has no entry that says attempts: a call of it has ${attemptsMaxDefault}, not ${entry.attempts}`
      notes.lost(path, message)
    }
    return []
  })
  // Names that can stay as they are go before those that look like them once they are spelled in another way.
  const taken = new Set(listed.flatMap(({ name }) => (modelName.test(name) ? [name] : [])))
  return Object.fromEntries(
    listed.map(({ name, path, entry }) => {
      const spelled = modelName.test(name) ? name : spelledName(name, taken)
      if (spelled !== name) notes.changed(path, `is called "${spelled}" here: ${whyRenamed(name)}`)
      return [spelled, entry]
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

function groupFrom(group: readonly Placed[], input: ModelsInput): Group {
  const { providers, notes, routing } = input
  const kept = withinMax(differing(group, input), notes)
  const orders = [...new Set(kept.map(({ order = Infinity }) => order))]
  const equals = Map.groupBy(kept, ({ order }) => order).values()
  const weights = new Map([...equals].flatMap((some) => [...weightsOf(some.map(({ own }) => own.shares))]))
  const retries = kept.flatMap(({ own }) => own.retries ?? [])
  noteLimits(kept, input)
  return {
    deployments: kept.map(({ mark, model, timeout, order = Infinity, own }) => ({
      provider: providers.get(mark)?.name ?? '',
      model,
      ...(timeout !== undefined && { timeout }),
      ...weightMember(weights.get(own.shares)),
      ...own.facts,
      rank: orders.indexOf(order) + 1,
    })),
    retries: retries.length === 0 ? routing.retries : Math.max(...retries),
  }
}

/** By most strategies `rpm` and `tpm` only say how calls are shared out. */
function noteLimits(kept: readonly Placed[], { routing, notes }: ModelsInput): void {
  const limited = kept.find(({ own }) => own.facts.limits !== undefined)
  if (limited === undefined || routing.keepsLimits) return
  const message =
    'rpm and tpm are limits here: nobody is asked beyond them; take limits out where they were only shares'
  notes.changed(limited.path, message)
}

function weightMember(weight: number | undefined): { readonly weight?: number } {
  return weight === undefined ? {} : { weight }
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
  readonly own: ReadonlyMap<string, Group>
  readonly input: ModelsInput
  readonly path: SettingPath
}

function withFallbacks(name: string, group: Group, { own, input, path }: FallingBack): ModelEntry {
  const all = [...group.deployments]
  let blocks = 0
  for (const { to, at } of input.fallbacks.of(name)) {
    const block = own.get(to)
    if (block === undefined) {
      input.notes.lost(at, 'names no model of this file')
      continue
    }
    const last = Math.max(...all.map((deployment) => deployment.rank))
    const further = block.deployments.filter(
      ({ provider, model }) => !all.some((other) => other.provider === provider && other.model === model),
    )
    const fitting = further.slice(0, deploymentsMax - all.length)
    if (fitting.length < further.length) {
      input.notes.lost(
        at,
        `${further.length - fitting.length} of its deployments are left out: "${shown(name)}" has ${deploymentsMax} with the others, which is the most`,
      )
    }
    // One block behind the other, each in its own order.
    all.push(...fitting.map((deployment) => ({ ...deployment, rank: last + deployment.rank })))
    if (fitting.length === 0) continue
    blocks += 1
    input.notes.changed(at, `its deployments come behind those of "${shown(name)}"`)
  }
  const attempts = attemptsFor(group.retries, blocks)
  if (all.length > attempts) {
    const message = `"${shown(name)}" has ${all.length} deployments; ${attempts} of them are tried for a call, as attempts says`
    input.notes.changed(path, message)
  }
  const policy = policyFor(all, input.routing.policy)
  return {
    ...(policy !== undefined && { policy }),
    ...(attempts !== attemptsMaxDefault && { attempts }),
    deployments: withPriorities(all),
  }
}

/** The most that a config takes. */
const attemptsMax = 10

/** Retries were counted for each name; here attempts are for the call, so each fallback adds one. */
function attemptsFor(retries: number | undefined, fallbacks: number): number {
  if (retries === undefined) return attemptsMaxDefault
  return Math.min(attemptsMax, retries + 1 + fallbacks)
}

/** `openai/gpt-4o` at the provider openai is called so without an entry. */
function isSpelledOut(name: string, { deployments: [only, ...others] }: ModelEntry): boolean {
  if (only === undefined || others.length > 0) return false
  const { provider, model, ...more } = only
  return Object.keys(more).length === 0 && name === `${provider}/${model}`
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
