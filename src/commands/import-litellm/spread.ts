// How calls are spread over the deployments of one name, and how often one is tried: LiteLLM's strategies and retries as
// our policies and attempts.
import { countFor } from './numbers.ts'
import { retriesFor } from './read-own-facts.ts'
import type { Shares } from './read-own-facts.ts'
import { groupOf, isNothing } from './source.ts'
import type { Source } from './source.ts'

export interface Routing {
  /** For deployments that are equals; undefined for chance, by weight where there are weights. */
  readonly policy: string | undefined
  /** Nobody is asked beyond `rpm` and `tpm`; by other strategies these only weigh. */
  readonly keepsLimits: boolean
  /** How often a call is tried again; undefined where the file does not say. */
  readonly retries: number | undefined
  /** Calls at a time of each deployment that says nothing of its own. */
  readonly concurrency: number | undefined
}

const byChance = 'simple-shuffle'
const policies: ReadonlyMap<unknown, string> = new Map([
  ['least-busy', 'least_busy'],
  ['latency-based-routing', 'least_latency'],
  ['cost-based-routing', 'least_cost'],
])
/** What was used in this minute is not what a policy of ours goes by. */
const byUsage: ReadonlySet<unknown> = new Set(['usage-based-routing', 'usage-based-routing-v2'])
const concurrencyMax = 100_000

/** What the file says for all models. */
export function readRouting(source: Source): Routing {
  const { routing_strategy: strategy, default_max_parallel_requests: places } = groupOf(
    source.root['router_settings'],
  )
  const section = ['router_settings', 'litellm_settings'].find(
    (name) => (groupOf(source.root[name])['num_retries'] ?? '') !== '',
  )
  const retries = section === undefined ? undefined : groupOf(source.root[section])['num_retries']
  const placesPath = ['router_settings', 'default_max_parallel_requests']
  return {
    policy: readStrategy(strategy, source),
    keepsLimits: byUsage.has(strategy),
    retries:
      section === undefined
        ? undefined
        : retriesFor({ value: retries, path: [section, 'num_retries'] }, source),
    concurrency: isNothing(places)
      ? undefined
      : countFor({ value: places, path: placesPath }, concurrencyMax, source),
  }
}

function readStrategy(strategy: unknown, { notes }: Source): string | undefined {
  if (isNothing(strategy) || strategy === byChance) return undefined
  const path = ['router_settings', 'routing_strategy']
  const policy = policies.get(strategy)
  if (policy !== undefined) return policy
  if (byUsage.has(strategy)) {
    notes.changed(path, 'is policy: least_busy: who has the fewest calls under way, within its limits')
    return 'least_busy'
  }
  notes.lost(path, 'is not known here: calls are spread by chance; how, says policy of a model')
  return undefined
}

const weightMax = 1_000_000

/** The weights of equals: by `weight` where one has one, else by `rpm`, else by `tpm`. None when nobody says anything. */
export function weightsOf(equals: readonly Shares[]): ReadonlyMap<Shares, number> {
  const by = (['weight', 'rpm', 'tpm'] as const).find((name) => equals.some((one) => one[name] !== undefined))
  if (by === undefined || equals.length < 2) return new Map()
  const most = Math.max(...equals.map((one) => one[by] ?? 0))
  const scale = Math.max(1, most / weightMax)
  return new Map(equals.map((one) => [one, Math.round(((one[by] ?? 0) / scale) * 1e6) / 1e6]))
}

interface Placed {
  readonly rank: number
  readonly weight?: number
}

/** The policy of a model; undefined where no two deployments are equals. */
export function policyFor(deployments: readonly Placed[], wanted: string | undefined): string | undefined {
  const ranks = new Set(deployments.map(({ rank }) => rank))
  if (ranks.size === deployments.length) return undefined
  if (wanted !== undefined) return wanted
  return deployments.some(({ weight }) => weight !== undefined) ? 'weighted' : 'random'
}
