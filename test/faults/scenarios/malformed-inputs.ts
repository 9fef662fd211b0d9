// F-14: ten thousand requests that break a rule, of every kind, beside good calls. Each is refused in words of ours, none
// reaches a provider, none is answered with a fault of ours, and the good calls notice nothing.
import { complaintsOf, malformedRequests } from '../../end-to-end/malformed-exchange.ts'
import { bodyBytesMax } from '../../end-to-end/malformed-kinds.ts'
import { shownCall, truthFigures } from '../check-ledger.ts'
import { atLeast, none } from '../figure.ts'
import type { Figure } from '../figure.ts'
import { isGood, model, startWorld, wordsOf } from '../gateway-world.ts'
import { startLoad } from '../load.ts'
import type { Form, Run, Scenario } from '../scenario.ts'

const counts: Readonly<Record<Form, number>> = { full: 10_000, short: 200 }
const callsPerSecond = 20

export const malformedInputs: Scenario = {
  id: 'F-14',
  title: 'malformed requests beside good ones',
  secondsMax: { full: 300, short: 25 },
  run: sendMalformed,
}

async function sendMalformed(run: Run): Promise<readonly Figure[]> {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
  await using world = await startWorld({
    providers: ['sim'],
    totalMs: 10_000,
    drain: `body_limit: ${bodyBytesMax}B, drain_delay: 0s`,
  })
  const { gateway } = world
  const load = startLoad({ gatewayUrl: gateway.url, model, callsPerSecond, patienceMs: 12_000, name: 'good' })
  const requests = malformedRequests(seed, counts[run.form])
  const complaints = await complaintsOf(gateway.url, requests)
  const calls = await load.stop()
  const errors = gateway.log.filter(({ level }) => level === 'error').map((line) => JSON.stringify(line))
  const ended =
    gateway.process.exitCode === null ? [] : [`the process ended with ${gateway.process.exitCode}`]
  const strays = (world.providers[0]?.bill.length ?? 0) - calls.length
  if (complaints.length > 0) run.say(`SEED=${seed} makes the same requests again`)
  return [
    atLeast('malformed requests', requests.length, counts[run.form]),
    none('wrong answers to them', complaints, run.say),
    none('errors in the log', errors, run.say),
    none('ends of the process', ended, run.say),
    none(
      'attempts that no good call made',
      Array.from({ length: strays }, () => 'an attempt'),
      run.say,
    ),
    atLeast('good calls beside them', calls.filter(isGood).length, 1),
    none('good calls that failed', calls.filter((call) => !isGood(call)).map(shownCall), run.say),
    ...truthFigures(calls, wordsOf, run.say),
    ...(await world.ledger(run)),
  ]
}
