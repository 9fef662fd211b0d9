// F-23: something blocks the event loop for two seconds. The process sees it, turns away what matters least while it
// catches up, and is soon as it was.
import { shownCall, truthFigures } from '../check-ledger.ts'
import { atLeast, atMost, none, percentOf } from '../figure.ts'
import { isGood, model, startWorld, wordsOf } from '../gateway-world.ts'
import { hurtBy } from '../hurtful.ts'
import { startLoad } from '../load.ts'
import type { Form, Scenario } from '../scenario.ts'
import { isNeither, isRefused } from './overload.ts'

const callsPerSecond = 60
const totalMs = 10_000
const blockMs = 2_000
const recoveryMs = 5_000
const keys = { critical: 'the-key-of-critical-calls', low: 'the-key-of-background-calls' }
const phases: Readonly<Record<Form, { readonly beforeMs: number; readonly afterMs: number }>> = {
  full: { beforeMs: 3_000, afterMs: 12_000 },
  short: { beforeMs: 500, afterMs: 4_500 },
}

export const blockedLoop: Scenario = {
  id: 'F-23',
  title: 'the event loop is blocked for two seconds',
  secondsMax: { full: 60, short: 25 },
  run: async (run) => {
    const { beforeMs, afterMs } = phases[run.form]
    await using world = await startWorld({
      providers: ['first'],
      totalMs,
      keys,
      environment: hurtBy('block'),
    })
    const { gateway } = world
    const load = { gatewayUrl: gateway.url, model, patienceMs: totalMs + 2_000 }
    const ordinary = startLoad({ ...load, callsPerSecond, name: 'ordinary' })
    const low = startLoad({ ...load, callsPerSecond: callsPerSecond / 2, name: 'low', key: keys.low })
    const critical = startLoad({ ...load, callsPerSecond: 10, name: 'critical', key: keys.critical })
    await Bun.sleep(beforeMs)
    gateway.process.kill('SIGUSR2')
    const blockedMs = performance.now()
    const seen = await gateway.logged((line) => line.event === 'pressure' && line['level'] === 'critical')
    await Bun.sleep(blockMs + afterMs - (performance.now() - blockedMs))
    const [ordinaryCalls, lowCalls, criticalCalls] = await Promise.all([
      ordinary.stop(),
      low.stop(),
      critical.stop(),
    ])
    const all = [...ordinaryCalls, ...lowCalls, ...criticalCalls]
    const endMs = blockedMs + blockMs
    const refused = all.filter(isRefused)
    const lastRefusedMs = Math.max(endMs, ...refused.map(({ dueMs }) => dueMs))
    return [
      none(
        'signals that are not the loop',
        seen['signal'] === 'event_loop' ? [] : [String(seen['signal'])],
        run.say,
      ),
      atLeast('calls turned away', refused.length, 1),
      atLeast(
        'critical calls served',
        percentOf(criticalCalls.filter(isGood).length, criticalCalls.length),
        99,
        '%',
      ),
      none('neither served nor refused', all.filter(isNeither).map(shownCall), run.say),
      atMost('until all are served again', lastRefusedMs - endMs, recoveryMs, 'ms'),
      ...truthFigures(all, wordsOf, run.say),
      ...(await world.ledger(run)),
    ]
  },
}
