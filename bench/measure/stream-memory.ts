// Memory while 1,000 streams are open, ten events a second each. Every figure is from a fresh process: a heap that
// grew in an earlier round would be counted again.
import { openStreams } from '../load/stream-client.ts'
import type { Subject } from '../subjects/subject.ts'
import { residentBytes } from './process-cost.ts'
import { withRig } from './rig.ts'
import type { Entrant } from './rig.ts'
import { inRounds } from './rounds.ts'
import type { Effort, Measured } from './rounds.ts'

const streams = 1000
const eventsPerSecond = 10
const sampleEveryMs = 100
const settleMs = 300

/** Measures one subject after the other, each alone on the stand. */
export function measureStreamMemory(
  subjects: readonly Subject[],
  effort: Effort,
): Promise<Measured<'residentMb' | 'idleMb'>> {
  return inRounds(effort.rounds, subjects, (subject) =>
    withRig([subject], 'streams', ({ entrants: [entrant] }) => {
      if (entrant === undefined) throw new Error('the stand is empty')
      return holdStreams(entrant, effort.holdMs)
    }),
  )
}

async function holdStreams({ name, subject }: Entrant, holdMs: number) {
  const pids = subject.processes()
  const idleMb = residentBytes(pids) / 1e6
  const events = Math.ceil(((holdMs + 2 * settleMs) / 1000) * eventsPerSecond)
  const open = openStreams({ ...subject, streams, events, eventsPerSecond, timeoutMs: holdMs + 20_000 })
  try {
    await open.allStarted
    let residentMb = 0
    for (let heldMs = 0; heldMs < holdMs; heldMs += sampleEveryMs) {
      residentMb = Math.max(residentMb, residentBytes(pids) / 1e6)
      await Bun.sleep(sampleEveryMs)
    }
    await open.allEnded
    const faults = open.faults()
    if (faults.length > 0)
      throw new Error(`${name}: ${faults.length} of ${streams} streams wrong; ${faults[0]}`)
    return { residentMb, idleMb }
  } finally {
    open.close()
  }
}
