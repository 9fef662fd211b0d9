// What a gateway adds to a call's time at 200 calls a second: its median less the median of calls that went straight
// to the provider in the same round.
import { runOpenLoop } from '../load/open-loop.ts'
import type { Subject } from '../subjects/subject.ts'
import { withRig } from './rig.ts'
import { inRounds, median } from './rounds.ts'
import type { Effort, Measured } from './rounds.ts'
import { callRequest } from './wait.ts'

const callsPerSecond = 200

/** Measures all subjects side by side. */
export function measureLatency(
  subjects: readonly Subject[],
  effort: Effort,
): Promise<Measured<'latencyP50Ms'>> {
  return withRig(subjects, 'calls', async (rig) => {
    const loopFor = (entrant: (typeof rig.entrants)[number], durationMs: number) =>
      runOpenLoop({
        port: entrant.subject.port,
        request: callRequest(entrant.subject),
        callsPerSecond,
        durationMs,
      })

    for (const entrant of rig.entrants) await loopFor(entrant, effort.warmUpMs)
    return inRounds(effort.rounds, rig.entrants, async (entrant) => ({
      latencyP50Ms: median(await loopFor(entrant, effort.latencyMs)),
    }))
  })
}
