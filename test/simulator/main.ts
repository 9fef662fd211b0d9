// The simulator as its own process: `bun test/simulator/main.ts --port 0 --ledger FILE`. Prints one line when
// it listens, ends on SIGTERM and SIGINT with its bill on disk.
import { parseArgs } from 'node:util'
import type { Behaviour } from './behaviour.ts'
import { behaviourOfModel } from './behaviour-of-model.ts'
import { simulatorKey, startSimulator } from './start-simulator.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    /** Where the bill is appended. */
    ledger: { type: 'string' },
    /** Accepted bearer keys, separated by commas; `any` for all. */
    keys: { type: 'string', default: simulatorKey },
    /** A behaviour in the words of a model's name, for calls that name none. */
    behaviour: { type: 'string' },
    /** How many requests are remembered. */
    requests: { type: 'string', default: '1000' },
  },
})

const simulator = await startSimulator({
  port: Number(values.port),
  keys: values.keys === 'any' ? 'any' : values.keys.split(','),
  default: behaviourByDefault(values.behaviour),
  requestsMax: Number(values.requests),
  ...(values.ledger === undefined ? {} : { billFile: values.ledger }),
})
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void simulator.stop().then(() => process.exit(0)))
}
process.stdout.write(`listening ${simulator.baseUrl}\n`)

function behaviourByDefault(name: string | undefined): Behaviour {
  if (name === undefined) return {}
  const behaviour = behaviourOfModel(name)
  if (behaviour === undefined)
    throw new RangeError(`--behaviour: "${name}" is not made of the words in README.md`)
  return behaviour
}
