// What it costs to have limits and budgets in common with others: the same gateway with a Redis and without, both with the limits
// and budgets of a usual key. At full load, as other costs of a call, and at two paces, because whoever idles more
// pays more for each call. At full load that speaks against Redis: it shares its core with the load, and who waits for it idles.
import { callOnce } from '../load/connection.ts'
import { runOpenLoop } from '../load/open-loop.ts'
import { saturate } from '../load/saturate.ts'
import { callBody } from '../load/wire.ts'
import type { StartedSubject, Subject } from '../subjects/subject.ts'
import { loadCore, startChild } from './children.ts'
import type { Child } from './children.ts'
import { coreMoment, coreShare } from './core-share.ts'
import { payers, subFolder, withFolder, withRig } from './rig.ts'
import type { Entrant, Rig } from './rig.ts'
import { inRounds, median } from './rounds.ts'
import type { Effort, Measured } from './rounds.ts'
import { callRequest, freePort } from './wait.ts'

const turnMs = 1_000
/** Until everything is compiled: at 2,000 calls a second what it costs falls for a quarter of a minute. */
const warmUpTurns = 12

/** Connections at full load. */
const connections = 64
const callsPerSecond = { Busy: 2_000, Quiet: 200 } as const

type Load = keyof typeof callsPerSecond | 'Full'
type Figure = `${'shared' | 'alone'}${Load}CpuUs`

/** Measures nothing where there is no Redis. */
export async function measureRedis(
  subjects: readonly Subject[],
  effort: Effort,
): Promise<Partial<Measured<Figure>>> {
  const program = Bun.which('redis-server') ?? Bun.which('valkey-server')
  const [subject] = subjects
  if (program === null || subject === undefined) {
    console.error('redis: skipped, there is no redis-server and no valkey-server in the PATH.')
    return {}
  }
  return await withFolder(async (folder) => {
    const redis = await startRedis(program, folder)
    try {
      // One after the other: what a busy gateway has to record is stored a while later.
      const stand = { subject, redisUrl: redis.url, effort }
      const quiet = await measureLoad('Quiet', stand)
      const busy = await measureLoad('Busy', stand)
      return { ...quiet, ...busy, ...(await measureLoad('Full', stand)) }
    } finally {
      await redis.child.stop()
    }
  })
}

interface Stand {
  readonly subject: Subject
  readonly redisUrl: string
  readonly effort: Effort
}

async function measureLoad(
  load: Load,
  { subject, redisUrl, effort }: Stand,
): Promise<Partial<Measured<Figure>>> {
  const inBothWays = (['shared', 'alone'] as const).map((way) => ({
    ...subject,
    start: (place: Parameters<Subject['start']>[0]) =>
      subject.start({
        ...place,
        ...(way === 'shared' && { redisUrl }),
        folder: subFolder(place.folder, way),
      }),
  }))
  return await withRig(inBothWays, 'counted', async (rig) => {
    const [shared, alone] = rig.entrants
    if (shared === undefined || alone === undefined) throw new Error('two gateways')
    const measure = async (turns: number): Promise<Record<string, number>> => {
      const costs = { shared: [] as number[], alone: [] as number[] }
      for (let turn = 0; turn < turns; turn += 1) {
        const isSharedFirst = turn % 2 === 0
        if (isSharedFirst) costs.shared.push(await callCost(shared, rig, load))
        costs.alone.push(await callCost(alone, rig, load))
        if (!isSharedFirst) costs.shared.push(await callCost(shared, rig, load))
      }
      return { [`shared${load}CpuUs`]: median(costs.shared), [`alone${load}CpuUs`]: median(costs.alone) }
    }
    await measure(warmUpTurns)
    return await inRounds(effort.rounds, [subject], () =>
      measure(Math.max(2, Math.round(effort.saturateMs / turnMs))),
    )
  })
}

async function callCost(entrant: Entrant, rig: Rig, load: Load): Promise<number> {
  const { subject } = entrant
  const pids = payers(entrant, rig)
  const start = coreMoment(pids)
  const calls = await callsMade(subject, load)
  const { ranNs } = coreShare(start, coreMoment(pids))
  const { head } = await callOnce(subject.port, callRequest(subject))
  // A gateway that goes by its share asks nobody, and would be a cheap one.
  if (/^x-sallyport-limits: local/im.test(head)) throw new Error('Redis could not be asked')
  return ranNs / 1000 / calls
}

async function callsMade(subject: StartedSubject, load: Load): Promise<number> {
  if (load === 'Full') {
    const body = callBody(subject.model)
    return (await saturate({ ...subject, body, connections, durationMs: turnMs })).calls
  }
  const pace = { callsPerSecond: callsPerSecond[load], durationMs: turnMs }
  return (await runOpenLoop({ port: subject.port, request: callRequest(subject), ...pace })).length
}

async function startRedis(
  program: string,
  folder: string,
): Promise<{ readonly child: Child; readonly url: string }> {
  const port = freePort()
  const child = startChild({
    command: [program, '--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder],
    cores: `${loadCore}`,
    folder,
    logFile: `${folder}/redis.log`,
  })
  for (;;) {
    if (child.hasExited()) throw new Error(`Redis ended:\n${child.lastWords()}`)
    const isThere = await Bun.connect({ hostname: '127.0.0.1', port, socket: { data() {} } }).then(
      (socket) => {
        socket.end()
        return true
      },
      () => false,
    )
    if (isThere) return { child, url: `redis://127.0.0.1:${port}` }
    await Bun.sleep(5)
  }
}
