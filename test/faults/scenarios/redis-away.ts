// F-04: something befalls the Redis that a fleet has in common. Calls go on, hardly slower, and the fleet comes together
// again by itself.
import { startRedis } from '../../servers/redis.ts'
import { openSlowWire } from '../../servers/slow-wire.ts'
import { until } from '../../until.ts'
import { shownCall, truthFigures } from '../check-ledger.ts'
import { atLeast, atMost, percentOf, quantile, worstOf } from '../figure.ts'
import type { Figure } from '../figure.ts'
import { hurtRedis } from '../hurt-redis.ts'
import type { RedisPlace, Trouble } from '../hurt-redis.ts'
import { graceMs, isGood, model, startWorld, wordsOf } from '../gateway-world.ts'
import type { World } from '../gateway-world.ts'
import { startLoad } from '../load.ts'
import type { Run, Scenario } from '../scenario.ts'
import type { SeenCall } from '../see-call.ts'

const callsPerSecond = 100
const totalMs = 4_000
const addedAtFirstMs = 60
const addedThenMs = 5
const recoveryMs = 10_000
const linesMax = 5
/** By then nobody asks it any more. */
const firstMs = 1_000

const forms = {
  full: {
    wellMs: 5_000,
    hurtMs: 10_000,
    troubles: ['killed', 'stopped', 'late', 'silent', 'refusing', 'emptied'],
  },
  short: { wellMs: 1_500, hurtMs: 2_500, troubles: ['stopped', 'killed'] },
} as const

/** All calls are under limits and budgets that none of them reaches. */
const settings = [
  'limits: { keys: { tests: { requests: 1M/m, tokens: 1M/s, concurrency: 10000 } } }',
  'budgets: { keys: { tests: [{ tokens: 1000000000, per: day }] } }',
]

export const redisAway: Scenario = {
  id: 'F-04',
  title: 'the Redis of a fleet is away, slow, empty, or refuses',
  needs: 'redis',
  secondsMax: { full: 240, short: 55 },
  run: async (run) => {
    await using redis = await startRedis()
    const wire = await openSlowWire(redis.port)
    await using world = await startWorld({
      providers: ['first'],
      totalMs,
      more: [`redis: redis://127.0.0.1:${wire.port}`, ...settings],
    })
    const byTrouble: (readonly Figure[])[] = []
    const all: SeenCall[] = []
    for (const trouble of forms[run.form].troubles) {
      const { figures, calls } = await befall(trouble, { redis, wire }, { world, run })
      byTrouble.push(figures)
      all.push(...calls)
    }
    const common = worstOf([[...truthFigures(all, wordsOf, run.say), ...(await world.ledger(run))]])
    wire.stop()
    return [...byTrouble.flat(), ...common]
  },
}

async function befall(
  trouble: Trouble,
  place: RedisPlace,
  { world, run }: { readonly world: World; readonly run: Run },
): Promise<{ readonly figures: readonly Figure[]; readonly calls: readonly SeenCall[] }> {
  const { wellMs, hurtMs } = forms[run.form]
  const { gateway } = world
  const load = startLoad({
    gatewayUrl: gateway.url,
    model,
    callsPerSecond,
    patienceMs: totalMs + 2_000,
    name: trouble,
  })
  await Bun.sleep(wellMs)
  const linesBefore = gateway.log.length
  const hurtAtMs = performance.now()
  const heal = await hurtRedis(trouble, place)
  await Bun.sleep(run.loadMs ?? hurtMs)
  await heal()
  const healedAtMs = performance.now()
  await until(async () => await isTogether(gateway.url), 2 * recoveryMs).catch(() => {})
  const backAfterMs = performance.now() - healedAtMs
  const calls = await load.stop()
  const lines = gateway.log.slice(linesBefore).filter(({ event }) => event.startsWith('limits_'))
  const dueIn = (fromMs: number, toMs: number): readonly number[] => {
    return calls.filter(({ dueMs }) => dueMs >= fromMs && dueMs < toMs).map(({ latencyMs }) => latencyMs)
  }
  const before = dueIn(0, hurtAtMs)
  const atFirst = dueIn(hurtAtMs, hurtAtMs + firstMs)
  const then = dueIn(hurtAtMs + firstMs, healedAtMs)
  const added = (latencies: readonly number[], share: number): number => {
    return quantile(latencies, share) - quantile(before, share)
  }
  const bad = calls.filter((call) => !isGood(call))
  for (const call of bad.slice(0, 5)) run.say(`${trouble}: ${shownCall(call)}`)
  const figures = [
    atLeast('calls served', percentOf(calls.length - bad.length, calls.length), 99.9, '%'),
    atMost('added at first, 99 of 100', added(atFirst, 0.99), addedAtFirstMs + graceMs, 'ms'),
    atMost('added then, every other', added(then, 0.5), addedThenMs, 'ms'),
    atMost('added then, 99 of 100', added(then, 0.99), addedThenMs + graceMs, 'ms'),
    atMost('lines of the log', trouble === 'emptied' ? 0 : lines.length, linesMax),
    atMost('together again', backAfterMs, recoveryMs, 'ms'),
  ]
  return { figures: figures.map((figure) => ({ ...figure, name: `${trouble}: ${figure.name}` })), calls }
}

async function isTogether(gatewayUrl: string): Promise<boolean> {
  const text = await (await fetch(`${gatewayUrl}/metrics`)).text()
  return text.includes('sallyport_limits_mode{limits_mode="shared"} 1')
}
