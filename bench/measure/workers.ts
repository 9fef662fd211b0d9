// What a second worker brings. The machine may have no two cores to spare beside the load, so it is measured from both sides:
// what a call costs of all processes together when two workers share the one core (which says what two free cores would
// give), and what comes through when they may use the load's core too.
import { saturate } from '../load/saturate.ts'
import { callBody } from '../load/wire.ts'
import type { Subject } from '../subjects/subject.ts'
import { gatewayCore, loadCore } from './children.ts'
import { coreMoment, coreShare } from './core-share.ts'
import { payers, subFolder, withRig } from './rig.ts'
import type { Entrant, Rig } from './rig.ts'
import { inRounds } from './rounds.ts'
import type { Effort, Measured } from './rounds.ts'

const connectionsPerWorker = 64

type Way = 'oneWorker' | 'twoWorkers' | 'spreadWorkers'
type Figure = `${Way}CpuUs` | `${Way}CallsPerSecond`

/** The same gateway three times, side by side. */
const ways: Readonly<Record<Way, { readonly workers: number; readonly cores: string }>> = {
  oneWorker: { workers: 1, cores: `${gatewayCore}` },
  twoWorkers: { workers: 2, cores: `${gatewayCore}` },
  spreadWorkers: { workers: 2, cores: `${gatewayCore},${loadCore}` },
}
const wayNames = Object.keys(ways) as readonly Way[]

export async function measureWorkers(
  subjects: readonly Subject[],
  effort: Effort,
): Promise<Measured<Figure>> {
  const [subject] = subjects
  if (subject === undefined) return {} as Measured<Figure>
  const inAllWays = wayNames.map((way) => ({
    ...subject,
    start: (place: Parameters<Subject['start']>[0]) =>
      subject.start({ ...place, ...ways[way], folder: subFolder(place.folder, way) }),
  }))
  return await withRig(inAllWays, 'calls', async (rig) => {
    await measureRound(rig, 0, { ...effort, saturateMs: effort.warmUpMs })
    return await inRounds(effort.rounds, [subject], (_, round) => measureRound(rig, round, effort))
  })
}

async function measureRound(
  rig: Rig,
  round: number,
  { saturateMs }: Effort,
): Promise<Record<Figure, number>> {
  const figures: Partial<Record<Figure, number>> = {}
  const order = wayNames.map((way, index) => ({ way, entrant: rig.entrants[index] }))
  for (const { way, entrant } of round % 2 === 0 ? order : order.toReversed()) {
    if (entrant === undefined) continue
    const { cpuUs, callsPerSecond } = await load(entrant, rig, {
      connections: connectionsPerWorker * ways[way].workers,
      durationMs: saturateMs,
    })
    figures[`${way}CpuUs`] = cpuUs
    figures[`${way}CallsPerSecond`] = callsPerSecond
  }
  return figures as Record<Figure, number>
}

async function load(
  entrant: Entrant,
  rig: Rig,
  volume: { readonly connections: number; readonly durationMs: number },
): Promise<{ readonly cpuUs: number; readonly callsPerSecond: number }> {
  const { subject } = entrant
  const pids = payers(entrant, rig)
  const start = coreMoment(pids)
  const count = await saturate({ ...subject, body: callBody(subject.model), ...volume })
  const { ranNs } = coreShare(start, coreMoment(pids))
  return { cpuUs: ranNs / 1000 / count.calls, callsPerSecond: count.calls / (count.durationUs / 1e6) }
}
