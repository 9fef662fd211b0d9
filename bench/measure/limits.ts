// What limits and budgets cost: the same call with every kind of them over it and with none. Two gateways share the core and
// are called in turns, shortly and often, so that what the machine does to one it does to the other.
import { callOnce } from '../load/connection.ts'
import { saturate } from '../load/saturate.ts'
import { callBody } from '../load/wire.ts'
import type { Subject } from '../subjects/subject.ts'
import { coreMoment, coreShare } from './core-share.ts'
import { payers, withRig } from './rig.ts'
import type { Entrant, Rig } from './rig.ts'
import { inRounds, median } from './rounds.ts'
import type { Effort, Measured } from './rounds.ts'
import { callRequest } from './wait.ts'

const connections = 64
/** wrk counts in whole seconds. */
const turnMs = 1_000

interface Side {
  readonly entrant: Entrant
  readonly rig: Rig
}

/** Measures the gateways that can limit. */
export function measureLimits(
  subjects: readonly Subject[],
  effort: Effort,
): Promise<Measured<'limitedCallCpuUs' | 'unlimitedCallCpuUs'>> {
  return withRig(subjects, 'limited', (limitedRig) =>
    withRig(subjects, 'unlimited', async (rig) => {
      const limitedOf = ({ name }: Entrant): Side => {
        const entrant = limitedRig.entrants.find((other) => other.name === name)
        if (entrant === undefined) throw new Error(`${name} was not started with limits`)
        return { entrant, rig: limitedRig }
      }
      for (const entrant of rig.entrants) {
        await checkLimits(limitedOf(entrant).entrant, true)
        await checkLimits(entrant, false)
        await callCost(limitedOf(entrant), effort.warmUpMs)
        await callCost({ entrant, rig }, effort.warmUpMs)
      }
      return inRounds(effort.rounds, rig.entrants, (entrant) =>
        measureRound(limitedOf(entrant), { entrant, rig }, effort),
      )
    }),
  )
}

async function measureRound(
  limited: Side,
  unlimited: Side,
  { saturateMs }: Effort,
): Promise<Record<'limitedCallCpuUs' | 'unlimitedCallCpuUs', number>> {
  const costs: { limited: number[]; unlimited: number[] } = { limited: [], unlimited: [] }
  for (let turn = 0; turn < Math.max(2, Math.round((2 * saturateMs) / turnMs)); turn += 1) {
    const limitedFirst = turn % 2 === 0
    if (limitedFirst) costs.limited.push(await callCost(limited, turnMs))
    costs.unlimited.push(await callCost(unlimited, turnMs))
    if (!limitedFirst) costs.limited.push(await callCost(limited, turnMs))
  }
  return { limitedCallCpuUs: median(costs.limited), unlimitedCallCpuUs: median(costs.unlimited) }
}

async function callCost({ entrant, rig }: Side, durationMs: number): Promise<number> {
  const { subject } = entrant
  const pids = payers(entrant, rig)
  const start = coreMoment(pids)
  const count = await saturate({ ...subject, body: callBody(subject.model), connections, durationMs })
  return coreShare(start, coreMoment(pids)).ranNs / 1000 / count.calls
}

/** A gateway without its limits would be a cheap one. */
async function checkLimits({ name, subject }: Entrant, isLimited: boolean): Promise<void> {
  const { head } = await callOnce(subject.port, callRequest(subject))
  if (/^ratelimit:/im.test(head) !== isLimited)
    throw new Error(`${name} ${isLimited ? 'has no limits' : 'has limits'}: ${head}`)
}
