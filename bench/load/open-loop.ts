// Calls that leave at random moments whether or not earlier ones have been answered: a slow gateway cannot slow its
// own load down and so look quick.
import { connectTo } from './connection.ts'
import type { Connection } from './connection.ts'

/** What to send, how often and for how long. */
export type OpenLoop = {
  readonly port: number
  readonly request: string
  readonly callsPerSecond: number
  readonly durationMs: number
}

/** Sends the calls and gives each one's latency in milliseconds. */
export async function runOpenLoop(loop: OpenLoop): Promise<readonly number[]> {
  const idle: Connection[] = []
  const open: Connection[] = []
  const latenciesMs: number[] = []
  const underWay = new Set<Promise<void>>()

  const callThrough = async () => {
    const connection = idle.pop() ?? (await connectTo(loop.port))
    if (!open.includes(connection)) open.push(connection)
    const answer = await connection.call(loop.request)
    if (answer.status !== 200) throw new Error(`a call was answered ${answer.status}: ${answer.body}`)
    latenciesMs.push(answer.latencyMs)
    idle.push(connection)
  }

  try {
    const startedAt = performance.now()
    let nextAt = startedAt
    while (performance.now() - startedAt < loop.durationMs) {
      await Bun.sleep(1)
      for (; nextAt <= performance.now(); nextAt += gapMs(loop.callsPerSecond)) {
        const call = callThrough().finally(() => underWay.delete(call))
        underWay.add(call)
      }
    }
    await Promise.all(underWay)
  } finally {
    for (const connection of open) connection.close()
  }
  return latenciesMs
}

/** Gaps of a Poisson process: arrivals that know nothing of each other. */
function gapMs(callsPerSecond: number): number {
  return (-Math.log(1 - Math.random()) * 1000) / callsPerSecond
}
