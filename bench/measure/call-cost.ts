// CPU time of one whole-answer call at saturation: 64 connections that are never idle, the gateway's core full.
// Time on the core is the figure to trust; calls per second go up and down with whoever else uses the machine.
import { saturate } from '../load/saturate.ts'
import type { SaturationCount } from '../load/saturate.ts'
import { callBody } from '../load/wire.ts'
import type { Subject } from '../subjects/subject.ts'
import { coreMoment, coreShare } from './core-share.ts'
import { payers, withRig } from './rig.ts'
import type { Entrant } from './rig.ts'
import { inRounds } from './rounds.ts'
import type { Effort, Measured } from './rounds.ts'

const connections = 64

/** Measures all subjects side by side. For `direct` the CPU time is the mock provider's own. */
export function measureCallCost(
  subjects: readonly Subject[],
  effort: Effort,
): Promise<Measured<'callCpuUs' | 'callsPerSecond' | 'callBusyShare' | 'callWaitShare'>> {
  return withRig(subjects, 'calls', async (rig) => {
    for (const entrant of rig.entrants) await load(entrant, effort.warmUpMs)
    return inRounds(effort.rounds, rig.entrants, async (entrant) => {
      const pids = payers(entrant, rig)
      const start = coreMoment(pids)
      const count = await load(entrant, effort.saturateMs)
      const share = coreShare(start, coreMoment(pids))
      return {
        callCpuUs: share.ranNs / 1000 / count.calls,
        callsPerSecond: count.calls / (count.durationUs / 1e6),
        callBusyShare: share.busyShare,
        callWaitShare: share.waitShare,
      }
    })
  })
}

function load({ subject }: Entrant, durationMs: number): Promise<SaturationCount> {
  return saturate({ ...subject, body: callBody(subject.model), connections, durationMs })
}
