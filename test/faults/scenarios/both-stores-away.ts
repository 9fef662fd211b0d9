// F-05: PostgreSQL and Redis are away at once, and come back in either order. Two gateways go on with what they know, by their
// shares; one that starts meanwhile does so too. When both stores are back, nobody has to be restarted and nothing is missing.
import { makeSecret } from '../../../src/keys/key-secret.ts'
import { randomBytes } from '../../../src/platform/random.ts'
import type { LogLine, RunningGateway } from '../../end-to-end/start-gateway.ts'
import { askForKey, isTogether, makeKey, readinessOf, statusFor } from '../../fleet-gateway.ts'
import { startPostgres } from '../../servers/postgres.ts'
import { until } from '../../until.ts'
import { attemptsIn } from '../attempts-in-postgres.ts'
import { ledgerFigures, shownCall, truthFigures } from '../check-ledger.ts'
import { grantedIn, startCrowd } from '../crowd.ts'
import type { CrowdAnswer } from '../crowd.ts'
import { atLeast, atMost, none, percentOf, worstOf } from '../figure.ts'
import type { Figure } from '../figure.ts'
import { callsPerSecond, centModel, centsOfBudget, keyOf, startFleetWorld, totalMs } from '../fleet-world.ts'
import type { FleetWorld, Store, StoresHurt } from '../fleet-world.ts'
import { isGood, model, wordsOf } from '../gateway-world.ts'
import { startLoad } from '../load.ts'
import type { Run, Scenario } from '../scenario.ts'
import type { SeenCall } from '../see-call.ts'

interface Round {
  readonly hurt: StoresHurt
  /** Who is back first. */
  readonly first: Store
}

interface Form {
  readonly wellMs: number
  readonly awayMs: number
  /** With the known key, at each gateway. */
  readonly knownPerSecond: number
  readonly rounds: readonly Round[]
}

const forms: Readonly<Record<Run['form'], Form>> = {
  full: {
    wellMs: 5_000,
    awayMs: 30_000,
    knownPerSecond: 50,
    rounds: (['stopped', 'frozen', 'silent'] as const).flatMap((hurt) =>
      (['redis', 'postgres'] as const).map((first) => ({ hurt, first })),
    ),
  },
  short: {
    wellMs: 1_000,
    awayMs: 4_000,
    knownPerSecond: 20,
    rounds: [
      { hurt: 'stopped', first: 'redis' },
      { hurt: 'frozen', first: 'postgres' },
    ],
  },
}

/** The first is back for so long before the other is. */
const betweenMs = 1_500
const recoveryMs = 15_000
const exhaustedMs = 30_000
const warmCalls = 8
/** Both gateways together let through so much of a limit while they cannot ask each other. */
const localPart = 1.5
/** A twentieth of the budget for each gateway. */
const slicesCents = 10
/**
 * A Redis that has lost everything is told by each gateway what it knows: all but the calls of the other of which it had not heard
 * yet. The records tell of those when they can be read.
 */
const mostCents: Readonly<Record<StoresHurt, number>> = {
  stopped: centsOfBudget + 5,
  frozen: centsOfBudget,
  silent: centsOfBudget,
}
/** So many are spent before. */
const centsBefore = 20

export const bothStoresAway: Scenario = {
  id: 'F-05',
  title: 'PostgreSQL and Redis are away at once, then back in either order',
  needs: 'both-stores',
  secondsMax: { full: 540, short: 55 },
  run: async (run) => {
    const postgres = await startPostgres()
    try {
      const rounds: (readonly Figure[])[] = []
      for (const round of forms[run.form].rounds) {
        await using world = await startFleetWorld(postgres)
        const say = (line: string): void => run.say(`${round.hurt}, ${round.first} first: ${line}`)
        rounds.push(await outlive(round, world, { ...run, say }))
      }
      return worstOf(rounds)
    } finally {
      await postgres.remove()
    }
  },
}

async function outlive(round: Round, world: FleetWorld, run: Run): Promise<readonly Figure[]> {
  const { gateways } = world
  const { wellMs, awayMs } = forms[run.form]
  for (const gateway of gateways) await until(() => isTogether(gateway))
  await warmUp(world)
  const load = startAll(world, run)
  await until(() => grantedIn(load.before.answers) >= centsBefore)
  await load.before.stop()
  await Bun.sleep(run.loadMs ?? wellMs)
  const linesBefore = gateways.map(({ log }) => log.length)
  const bringBack = await world.takeAway(round.hurt)
  const hurtAtMs = performance.now()
  const spending = startCrowd({ ...load.spender, clients: 2 })
  for (const gateway of gateways) {
    await gateway.logged(({ event }) => event === 'keys_not_read')
    await gateway.logged(({ event }) => event === 'limits_local')
  }
  await using late = await world.startLate()
  const all = [...gateways, late]
  const told = (await Promise.all(all.map(whatIsTold))).flat()
  told.push((await statusFor(late, world.knownKey)) === 200)
  await Bun.sleep(run.loadMs ?? awayMs)
  const alone = { fromMs: hurtAtMs, untilMs: performance.now(), spent: grantedIn(spending.answers) }
  await bringBack[round.first]()
  await Bun.sleep(betweenMs)
  const between = await Promise.all(gateways.map(readinessOf))
  await bringBack[round.first === 'redis' ? 'postgres' : 'redis']()
  const figures = await recovered(all, run)
  await until(() => isExhausted(spending.answers), exhaustedMs).catch(() => {})
  await Promise.all([load.limited.stop(), spending.stop()])
  const calls = (await Promise.all(load.known.map((each) => each.stop()))).flat()
  return [
    ...knownFigures(calls, run),
    ...limitFigures(load.limited.answers, alone, run),
    ...moneyFigures(round, { before: load.before.answers, since: spending.answers, alone: alone.spent }, run),
    atLeast('told as it is', told.filter(Boolean).length, told.length),
    none(
      'readiness with one of two back',
      between.filter((words) => words !== '200 degraded'),
      run.say,
    ),
    ...figures,
    ...gateways.map(({ log }, index) => linesFigure(log.slice(linesBefore[index]), run)),
    ...(await recordFigures(world, all, run)),
  ]
}

/** Every gateway has a part of the known key's budget for itself before it needs it. */
async function warmUp({ gateways, knownKey }: FleetWorld): Promise<void> {
  const gatewayUrls = gateways.map(({ url }) => url)
  const first = startCrowd({ gatewayUrls, key: knownKey, model, clients: 1, maxTokens: 100 })
  await until(() => grantedIn(first.answers) >= warmCalls)
  await first.stop()
}

function startAll(world: FleetWorld, run: Run) {
  const gatewayUrls = world.gateways.map(({ url }) => url)
  const patienceMs = totalMs + 2_000
  const spender = { gatewayUrls, key: keyOf('spender'), model: centModel, maxTokens: 100 }
  return {
    known: gatewayUrls.map((gatewayUrl, index) =>
      startLoad({
        gatewayUrl,
        model,
        callsPerSecond: forms[run.form].knownPerSecond,
        patienceMs,
        name: `gateway ${index}`,
        key: world.knownKey,
      }),
    ),
    limited: startCrowd({ gatewayUrls, key: keyOf('limited'), model, clients: 4, maxTokens: 100 }),
    spender,
    before: startCrowd({ ...spender, clients: 1 }),
  }
}

/** Nobody can say whether a key exists that was never seen, and what cannot be written down is not done. */
async function whatIsTold(gateway: RunningGateway): Promise<readonly boolean[]> {
  const unseen = await fetch(`${gateway.url}/v1/models`, {
    headers: { authorization: `Bearer ${makeSecret(randomBytes).secret}` },
  })
  const made = await askForKey(gateway, { owner: keyOf('owner'), name: 'refused' })
  return [
    unseen.status === 503 &&
      unseen.headers.get('x-sallyport-error') === 'auth_unavailable' &&
      unseen.headers.get('retry-after') !== null,
    made.status === 503 && made.headers.get('retry-after') !== null,
    (await readinessOf(gateway)) === '200 degraded',
  ]
}

/** All are ready and together again by themselves, and a key that one makes opens all. */
async function recovered(all: readonly RunningGateway[], { say }: Run): Promise<readonly Figure[]> {
  const backAtMs = performance.now()
  const isWell = async (): Promise<boolean> => {
    const words = await Promise.all(all.map(readinessOf))
    const together = await Promise.all(all.map(isTogether))
    return words.every((each) => each === '200 ready') && together.every(Boolean)
  }
  await until(isWell, recoveryMs * 2).catch(() => {})
  const recoveredMs = performance.now() - backAtMs
  const { secret } = await makeKey(all[1]!, { owner: keyOf('owner'), name: 'after' })
  const statuses = await Promise.all(all.map((gateway) => statusFor(gateway, secret)))
  const strange = statuses.filter((status) => status !== 200).map(String)
  return [
    atMost('until all were as before', recoveredMs, recoveryMs, 'ms'),
    none('gateways that do not know a key that was made then', strange, say),
  ]
}

function knownFigures(calls: readonly SeenCall[], { say }: Run): readonly Figure[] {
  const bad = calls.filter((call) => !isGood(call))
  for (const call of bad.slice(0, 5)) say(shownCall(call))
  return [
    atLeast('answered', percentOf(calls.length - bad.length, calls.length), 99.9, '%'),
    ...truthFigures(calls, wordsOf, say),
  ]
}

interface Alone {
  readonly fromMs: number
  readonly untilMs: number
}

function limitFigures(
  answers: readonly CrowdAnswer[],
  { fromMs, untilMs }: Alone,
  { say }: Run,
): readonly Figure[] {
  const seconds = (untilMs - fromMs) / 1_000
  const granted = grantedIn(answers, fromMs, untilMs)
  const shares = localPart * callsPerSecond * (1 + seconds)
  return [
    atMost('let through, of the shares of a limit', percentOf(granted, shares), 100, '%'),
    atLeast('let through, of the limit itself', percentOf(granted, callsPerSecond * seconds), 50, '%'),
    none('other answers to the limited', wordsBut(answers, /^200$|^429 /), say),
  ]
}

interface Spent {
  readonly before: readonly CrowdAnswer[]
  readonly since: readonly CrowdAnswer[]
  readonly alone: number
}

function moneyFigures({ hurt }: Round, { before, since, alone }: Spent, { say }: Run): readonly Figure[] {
  const cents = grantedIn(before) + grantedIn(since)
  return [
    atMost('cents of a dollar that were spent alone', alone, slicesCents),
    atLeast('cents of a dollar that were spent alone, at least', alone, 1),
    atMost(`cents of a dollar that were spent, ${hurt}`, cents, mostCents[hurt]),
    atLeast('cents of a dollar that were spent, at least', cents, centsOfBudget * 0.9),
    none('other answers to the spender', wordsBut(since, /^200$|^503 budget_unavailable|^429 /), say),
  ]
}

function wordsBut(answers: readonly CrowdAnswer[], expected: RegExp): readonly string[] {
  return answers.map(({ words }) => words).filter((words) => !expected.test(words))
}

/** One line when a store goes and one when it is back, however many calls there are meanwhile. */
function linesFigure(lines: readonly LogLine[], { say }: Run): Figure {
  // Calls have a line each, and budgets one for each share that is reached.
  const ofState = lines.filter(({ event }) => event !== 'call' && event !== 'budget_reached')
  const often = [...Map.groupBy(ofState, ({ event }) => event)]
    .filter(([, same]) => same.length > 1)
    .map(([event, same]) => `${event} ${same.length} times`)
  return none('lines that came twice', often, say)
}

/** Every attempt that a provider has billed is in the database, when all gateways have left. */
async function recordFigures(
  { databaseUrl, provider }: FleetWorld,
  all: readonly RunningGateway[],
  { say }: Run,
): Promise<readonly Figure[]> {
  for (const gateway of all) gateway.process.kill('SIGTERM')
  await Promise.all(all.map((gateway) => gateway.process.exited))
  const rows = await attemptsIn(databaseUrl)
  await until(() => provider.bill.every(({ finish }) => finish !== 'open'))
  return [atLeast('records', rows.length, provider.bill.length), ...ledgerFigures(rows, provider.bill, say)]
}

/** Nobody has been let in for a while. */
function isExhausted(answers: readonly CrowdAnswer[]): boolean {
  const last = answers.slice(-20)
  return last.length === 20 && last.every(({ words }) => words.startsWith('429 '))
}
