// Which deployments are out, told from gateway to gateway: what one has found sick, by its own calls, is suspect at the others
// for a while. Nobody takes a deployment out because of a word: each gateway may have a trouble of its own.
import type { Channel } from '../core/channel.ts'
import type { Clock } from '../core/clock.ts'
import { RoutingMemory } from '../routing/routing-memory.ts'
import type { HealthPlace, HealthRegistry, StandingObserver } from '../routing/health/health-registry.ts'
import type { ChangeReason } from '../routing/health/standing.ts'

export interface SickNewsParts {
  readonly channel: Channel
  readonly clock: Clock
  readonly healths: Pick<HealthRegistry, 'all' | 'find'>
}

/** What a gateway has not seen by calls of its own is no news, and neither is what an operator wants of one gateway. */
const ownEvidence: ReadonlySet<ChangeReason> = new Set<ChangeReason>([
  'failures_in_row',
  'failure_rate',
  'timeout_while_suspect',
  'probe_failed',
  'heartbeat',
  'credential_refused',
])

/** Follows what others say; gives the observer that tells them. */
export function sickNews({ channel, clock, healths }: SickNewsParts): StandingObserver {
  channel.hear('sick', (text) => {
    const word = wordOf(text)
    if (word === undefined) return
    placeOf(word, healths)?.doubt(clock.nowMs(), word.forMs)
  })
  return (place, { to, reason }) => {
    if ((to !== 'open' && to !== 'ejected') || !ownEvidence.has(reason)) return
    const forMs = healths.find(place)?.waitMs(clock.nowMs()) ?? 0
    const { provider, providerModel, credential } = place
    channel.say('sick', JSON.stringify({ provider, providerModel, credential, forMs: Math.ceil(forMs) }))
  }
}

/** What routing remembers, which hears of others too where there are any. */
export function memoryWithNews(
  {
    channel,
    clock,
    random,
  }: Pick<SickNewsParts, 'clock'> & {
    readonly channel: Channel | undefined
    random(): number
  },
  observe: StandingObserver,
): RoutingMemory {
  let tell: StandingObserver = () => {}
  const memory = new RoutingMemory(random, (place, change) => {
    observe(place, change)
    tell(place, change)
  })
  if (channel !== undefined) tell = sickNews({ channel, clock, healths: memory.health })
  return memory
}

interface SickWord extends HealthPlace {
  readonly forMs: number
}

function wordOf(text: string): SickWord | undefined {
  let word: unknown
  try {
    word = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof word !== 'object' || word === null) return undefined
  const { provider, providerModel, credential, forMs } = word as Readonly<Record<string, unknown>>
  if (typeof provider !== 'string' || typeof providerModel !== 'string' || typeof credential !== 'string') {
    return undefined
  }
  if (typeof forMs !== 'number' || !(forMs > 0)) return undefined
  return { provider, providerModel, credential, forMs }
}

/**
 * Gateways without a database in common have names of their own for an account: where there is only one at a deployment it
 * is the one.
 */
function placeOf(word: SickWord, healths: SickNewsParts['healths']) {
  const known = healths.find(word)
  if (known !== undefined) return known
  const alike = healths.all().filter(({ place }) => {
    return place.provider === word.provider && place.providerModel === word.providerModel
  })
  return alike.length === 1 ? alike[0]?.health : undefined
}
