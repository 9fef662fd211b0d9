// Which of a provider's several keys an attempt is made with: by weight among those that work, the same one for calls
// that belong together. A key that was refused, or has no more to give, is no reason to leave the provider.
import type { DeploymentHealth } from '../core/health.ts'
import { accountsOf } from '../providers/deployment.ts'
import type { Deployment, KeyedDeployment } from '../providers/deployment.ts'
import { drawn, rendezvous } from '../routing/choice/draw.ts'

/** Of a key what a choice looks at. */
export interface ChoosableKey extends Pick<KeyedDeployment, 'name' | 'credential' | 'keyWeight'> {
  readonly health: Pick<DeploymentHealth, 'availability' | 'lastResort' | 'share'>
}

export interface KeyChoosing {
  readonly nowMs: number
  /** 0 to 1, 1 excluded. */
  readonly random: () => number
  /** Names of deployments, and of deployments with one of their keys, that are not to be asked. */
  readonly excluded: ReadonlySet<string>
  readonly mayProbe: boolean
  readonly stickyTo: string
  /** The account that has what the request refers to. */
  readonly preferred: string | undefined
}

/** What a deployment with one of its keys is called where it alone is meant. */
export function keyedName({ name, credential }: Pick<Deployment, 'name' | 'credential'>): string {
  return `${name}\n${credential}`
}

/** Undefined when none of them can be used. */
export function chooseKey<Key extends ChoosableKey>(
  keys: readonly Key[],
  choosing: KeyChoosing,
): Key | undefined {
  const { nowMs, excluded, mayProbe, preferred } = choosing
  const free: Key[] = []
  let probe: Key | undefined
  for (const key of keys) {
    if (excluded.has(keyedName(key))) continue
    const availability = key.health.availability(nowMs)
    if (availability === 'free' && key.credential === preferred) return key
    if (availability === 'free') free.push(key)
    else if (availability === 'probe') probe ??= key
  }
  if (probe !== undefined && (free.length === 0 || (mayProbe && preferred === undefined))) return probe
  return byWeight(free, choosing) ?? keys.find((key) => isLastResort(key, choosing))
}

function isLastResort(key: ChoosableKey, { excluded, nowMs }: KeyChoosing): boolean {
  return !excluded.has(keyedName(key)) && key.health.lastResort(nowMs)
}

function byWeight<Key extends ChoosableKey>(
  free: readonly Key[],
  { nowMs, random, stickyTo }: KeyChoosing,
): Key | undefined {
  const weighty = free.filter(({ keyWeight }) => keyWeight > 0)
  const takers = weighty.length > 0 ? weighty : free
  if (takers.length < 2) return takers[0]
  const named = takers.map((key) => ({ name: key.credential, key }))
  const weightOf = ({ key }: (typeof named)[number]): number => key.keyWeight * key.health.share(nowMs)
  const chosen = stickyTo === '' ? drawn(named, weightOf, random) : rendezvous(named, weightOf, stickyTo)
  return chosen?.key
}

/** The account of a deployment that this is; undefined when none of its accounts is. */
export function accountIn(
  deployment: Deployment,
  account: { readonly provider: string; readonly credential: string } | undefined,
): Deployment | undefined {
  if (account === undefined || deployment.provider !== account.provider) return undefined
  return accountsOf(deployment).find(({ credential }) => credential === account.credential)
}
