// CPU time of one streamed event at the pace of real streams: 100 streams of 100 events a second, each event on its
// own. The time counts between two moments when all streams are open, so that opening them is not part of it.
import { openStreams } from '../load/stream-client.ts'
import type { Subject } from '../subjects/subject.ts'
import { coreMoment, coreShare } from './core-share.ts'
import { payers, withRig } from './rig.ts'
import type { Entrant, Rig } from './rig.ts'
import { inRounds } from './rounds.ts'
import type { Effort, Measured } from './rounds.ts'

const streams = 100
const eventsPerSecond = 100
const settleMs = 300

/** What is measured; `paceShare` is the share of the offered events that came in the measured time. */
export type EventMetric = 'eventCpuUs' | 'paceShare' | 'wholeStreams' | 'eventWaitShare'

/** Measures all subjects side by side. A stream that is not whole to the last byte ends the measurement. */
export function measureEventCost(
  subjects: readonly Subject[],
  effort: Effort,
): Promise<Measured<EventMetric>> {
  return withRig(subjects, 'streams', async (rig) => {
    for (const entrant of rig.entrants) await streamOnce(entrant, rig, effort.warmUpMs)
    return inRounds(effort.rounds, rig.entrants, (entrant) => streamOnce(entrant, rig, effort.streamMs))
  })
}

/** Opens the streams once, and takes the time of a window in which all of them are open. */
export async function streamOnce(
  entrant: Entrant,
  rig: Rig,
  windowMs: number,
): Promise<Record<EventMetric, number>> {
  const { name, subject } = entrant
  const pids = payers(entrant, rig)
  const events = Math.ceil(((windowMs + 3 * settleMs) / 1000) * eventsPerSecond)
  const open = openStreams({ ...subject, streams, events, eventsPerSecond, timeoutMs: windowMs + 15_000 })
  try {
    await open.allStarted
    await Bun.sleep(settleMs)
    const [startMark, start] = [open.mark(), coreMoment(pids)]
    await Bun.sleep(windowMs)
    const [endMark, share] = [open.mark(), coreShare(start, coreMoment(pids))]
    await open.allEnded

    const faults = open.faults()
    if (faults.length > 0)
      throw new Error(`${name}: ${faults.length} of ${streams} streams wrong; ${faults[0]}`)
    const delivered = open.eventsBetween(startMark, endMark)
    return {
      eventCpuUs: share.ranNs / 1000 / delivered,
      paceShare: delivered / ((share.elapsedMs / 1000) * streams * eventsPerSecond),
      wholeStreams: streams - faults.length,
      eventWaitShare: share.waitShare,
    }
  } finally {
    open.close()
  }
}
