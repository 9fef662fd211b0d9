// How long a provider goes on working, and billing, for a client that has left: in the middle of a stream, and while
// the answer has not begun. The mock provider runs in this process, so both moments come from one clock.
import { connect } from 'node:net'
import { startMockProvider } from '../load/mock-provider.ts'
import { postBytes, streamBody } from '../load/wire.ts'
import type { StreamPlan } from '../load/wire.ts'
import type { StartedSubject, Subject } from '../subjects/subject.ts'
import { freePort, untilAnswering } from './wait.ts'
import { providerKey, subFolder, withFolder } from './rig.ts'
import { inRounds } from './rounds.ts'
import type { Effort, Measured } from './rounds.ts'

const giveUpAfterMs = 1000
const trialsPerRound = 4

type Trials = {
  readonly called: Map<number, () => void>
  readonly abandoned: Map<number, () => void>
}

/** Measures both kinds of leaving. A connection still open after a second counts as infinity. */
export function measureAbort(
  subjects: readonly Subject[],
  effort: Effort,
): Promise<Measured<'abortStreamMs' | 'abortWaitingMs'>> {
  return withFolder(async (folder) => {
    const trials: Trials = { called: new Map(), abandoned: new Map() }
    const provider = startMockProvider({
      onCall: ({ stream }) => trials.called.get(stream)?.(),
      onAbandoned: ({ stream }) => trials.abandoned.get(stream)?.(),
    })
    const entrants = subjects.map((subject) => {
      const place = { folder: subFolder(folder, subject.name), port: freePort(), providerPort: provider.port }
      return { name: subject.name, subject: subject.start({ ...place, providerKey, purpose: 'streams' }) }
    })
    try {
      for (const { subject } of entrants) await untilAnswering(subject)
      let trial = 0
      const worstOf = async (subject: StartedSubject, eventsPerSecond: number) => {
        let worstMs = 0
        for (let left = trialsPerRound; left > 0 && worstMs !== Number.POSITIVE_INFINITY; left -= 1) {
          trial += 1
          worstMs = Math.max(
            worstMs,
            await leave(subject, { stream: trial, events: 150, eventsPerSecond }, trials),
          )
        }
        return worstMs
      }
      return await inRounds(effort.rounds, entrants, async ({ subject }) => ({
        abortStreamMs: await worstOf(subject, 100),
        abortWaitingMs: await worstOf(subject, 0),
      }))
    } finally {
      await Promise.all(entrants.map(({ subject }) => subject.stop()))
      provider.stop()
    }
  })
}

/** Makes one call, leaves in the middle of it, and gives the time until the provider's connection was closed. */
async function leave(subject: StartedSubject, plan: StreamPlan, trials: Trials): Promise<number> {
  const called = momentOf(trials.called, plan.stream)
  const abandoned = momentOf(trials.abandoned, plan.stream)
  // node:net, because its `destroy` is the bare close() with which a killed or cancelled client leaves.
  const client = connect({ host: '127.0.0.1', port: subject.port })
  const streaming = plan.eventsPerSecond > 0 ? secondPiece(client) : Promise.resolve()
  client.on('error', () => {})
  client.write(postBytes(subject.path, subject.headers, streamBody(subject.model, plan)))
  try {
    await called
    await streaming
    await Bun.sleep(20)
    const leftAt = performance.now()
    client.destroy()
    const closedAt = await Promise.race([
      abandoned,
      Bun.sleep(giveUpAfterMs).then(() => Number.POSITIVE_INFINITY),
    ])
    return closedAt - leftAt
  } finally {
    client.destroy()
    trials.called.delete(plan.stream)
    trials.abandoned.delete(plan.stream)
  }
}

function momentOf(moments: Map<number, () => void>, stream: number): Promise<number> {
  return new Promise((resolve) => moments.set(stream, () => resolve(performance.now())))
}

/** Resolves when the answer's head and at least one more piece have arrived. */
function secondPiece(client: ReturnType<typeof connect>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let pieces = 0
  client.on('data', () => {
    pieces += 1
    if (pieces === 2) resolve()
  })
  return promise
}
