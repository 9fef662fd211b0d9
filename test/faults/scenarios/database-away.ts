// F-03: PostgreSQL is stopped, frozen, cut off without a word, or resets every connection. Whoever has a key that is known is
// answered as before, nobody else is told a lie, and when the database is back it has every record.
import { makeSecret } from '../../../src/keys/key-secret.ts'
import { randomBytes } from '../../../src/platform/random.ts'
import { hurtPostgres } from '../hurt-postgres.ts'
import type { Hurt } from '../hurt-postgres.ts'
import { startChaosProxy } from '../../servers/chaos-proxy.ts'
import { startPostgres } from '../../servers/postgres.ts'
import type { OwnPostgres } from '../../servers/postgres.ts'
import { until } from '../../until.ts'
import { attemptsIn } from '../attempts-in-postgres.ts'
import { truthFigures } from '../check-ledger.ts'
import { atLeast, atMost, percentOf, quantile, worstOf } from '../figure.ts'
import type { Figure } from '../figure.ts'
import { isGood, model, residentBytes, startWorld, wordsOf } from '../gateway-world.ts'
import type { World } from '../gateway-world.ts'
import { loadFor, startLoad } from '../load.ts'
import type { Run, Scenario } from '../scenario.ts'
import type { SeenCall } from '../see-call.ts'

const ownerKey = 'owner-key-of-the-fault-scenarios'
const totalMs = 4_000
const drainedMsMax = 60_000
const grownBytesMax = 50_000_000

const forms = {
  full: {
    wellMs: 5_000,
    awayMs: 60_000,
    addedMsMax: 50,
    callsPerSecond: 100,
    hurts: ['stopped', 'frozen', 'silent', 'resetting'],
  },
  short: {
    wellMs: 1_500,
    awayMs: 4_000,
    // Beside other tests on two cores one of a hundred calls is late for reasons of its own.
    addedMsMax: 250,
    callsPerSecond: 40,
    hurts: ['stopped', 'silent'],
  },
} as const

export const databaseAway: Scenario = {
  id: 'F-03',
  title: 'PostgreSQL is away, then back',
  needs: 'postgres',
  secondsMax: { full: 420, short: 60 },
  run: async (run) => {
    const rounds: (readonly Figure[])[] = []
    for (const hurt of forms[run.form].hurts) rounds.push(await runHurt(hurt, run))
    return worstOf(rounds)
  },
}

async function runHurt(hurt: Hurt, run: Run): Promise<readonly Figure[]> {
  const postgres = await startPostgres()
  try {
    return await hurtAndHeal(hurt, postgres, run)
  } finally {
    await postgres.remove()
  }
}

async function hurtAndHeal(hurt: Hurt, postgres: OwnPostgres, run: Run): Promise<readonly Figure[]> {
  const { wellMs, awayMs, callsPerSecond } = forms[run.form]
  const direct = await postgres.newDatabase()
  await using proxy = await startChaosProxy(postgres.port)
  const url = Object.assign(new URL(direct), { port: String(proxy.port) }).href
  await using world = await startWorld({
    providers: ['only'],
    totalMs,
    // The first goes on with the list of keys.
    more: ['  - { name: owner, secret: env:OWNER_KEY, scopes: [admin] }', 'database: env:KEPT_IN'],
    environment: { KEPT_IN: url, OWNER_KEY: ownerKey },
    readRecords: () => attemptsIn(direct),
  })
  const key = await makeKey(world)
  const options = {
    gatewayUrl: world.gateway.url,
    model,
    callsPerSecond,
    patienceMs: totalMs + 2_000,
    name: hurt,
    key,
  }
  const well = await loadFor(run.loadMs ?? wellMs, options)
  const bytesBefore = residentBytes(world.gateway)
  const load = startLoad({ ...options, name: `${hurt}, away` })
  const heal = await hurtPostgres(hurt, { postgres, proxy })
  await world.gateway.logged(({ event }) => event === 'keys_not_read')
  const told = await whatIsTold(world)
  await Bun.sleep(run.loadMs ?? awayMs)
  const grownBytes = residentBytes(world.gateway) - bytesBefore
  await heal()
  const backMs = performance.now()
  await until(async () => (await statusOf(world)).includes('200 ready'), drainedMsMax)
  const away = await load.stop()
  await until(async () => (await attemptsIn(direct)).length >= well.length + away.length, drainedMsMax).catch(
    () => {},
  )
  const drainedMs = performance.now() - backMs
  const newKey = await makeKey(world)
  return [
    ...callFigures(well, away, run),
    ...told,
    atMost('until it had every record', drainedMs, drainedMsMax, 'ms'),
    atMost('memory that was taken', grownBytes, grownBytesMax, 'bytes'),
    atLeast('keys that can be made again', newKey.length, 1),
    ...stateFigures(world),
    ...(await world.ledger(run)),
  ]
}

function callFigures(
  well: readonly SeenCall[],
  away: readonly SeenCall[],
  { form, say }: Run,
): readonly Figure[] {
  const slowest = (calls: readonly SeenCall[]): number =>
    quantile(
      calls.map(({ latencyMs }) => latencyMs),
      0.99,
    )
  return [
    atLeast('answered', percentOf(away.filter(isGood).length, away.length), 99.9, '%'),
    atMost('added to the slowest of a hundred', slowest(away) - slowest(well), forms[form].addedMsMax, 'ms'),
    ...truthFigures(away, wordsOf, say),
  ]
}

/** Nobody can say whether a key exists that was never seen, and what cannot be written down is not done. */
async function whatIsTold({ gateway }: World): Promise<readonly Figure[]> {
  const unseen = await fetch(`${gateway.url}/v1/models`, {
    headers: { authorization: `Bearer ${makeSecret(randomBytes).secret}` },
  })
  const made = await post(gateway.url, { name: 'refused' })
  const ready = await fetch(`${gateway.url}/ready`)
  const { status } = (await ready.json()) as { status: string }
  const right = [
    unseen.status === 503 &&
      unseen.headers.get('x-sallyport-error') === 'auth_unavailable' &&
      unseen.headers.get('retry-after') !== null,
    made.status === 503 && made.headers.get('retry-after') !== null,
    ready.status === 200 && status === 'degraded',
  ]
  return [atLeast('told as it is', right.filter(Boolean).length, right.length)]
}

/** One line when it goes and one when it is back, however many calls there are meanwhile. */
function stateFigures({ gateway }: World): readonly Figure[] {
  const count = (event: string): number => gateway.log.filter((line) => line.event === event).length
  const lines = ['keys_not_read', 'keys_read_again', 'usage_not_shipped', 'usage_shipped_again']
  return [atMost('log lines for a change of state', Math.max(...lines.map(count)), 1)]
}

async function statusOf({ gateway }: World): Promise<string> {
  const answer = await fetch(`${gateway.url}/ready`)
  const { status } = (await answer.json()) as { status: string }
  return `${answer.status} ${status}`
}

async function makeKey({ gateway }: World): Promise<string> {
  const answer = await post(gateway.url, { name: 'known' })
  const { secret } = (await answer.json()) as { secret: string }
  return secret
}

function post(url: string, body: object): Promise<Response> {
  return fetch(`${url}/admin/v1/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ownerKey}` },
    body: JSON.stringify(body),
  })
}
