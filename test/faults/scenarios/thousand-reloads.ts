// F-12: a thousand new configs under load, half of them bad. No call notices any, nothing of a bad one is ever live, and
// what a config took is given back with it.
import { testKey } from '../../end-to-end/start-gateway.ts'
import type { RunningGateway } from '../../end-to-end/start-gateway.ts'
import { badConfig } from '../bad-configs.ts'
import { shownCall, truthFigures } from '../check-ledger.ts'
import { atLeast, atMost, none } from '../figure.ts'
import type { Figure } from '../figure.ts'
import { isGood, model, residentBytes, startWorld, wordsOf, worldConfig } from '../gateway-world.ts'
import type { World, WorldOptions } from '../gateway-world.ts'
import { startLoad } from '../load.ts'
import type { Form, Run, Scenario } from '../scenario.ts'
import { until } from '../../until.ts'

const reloads: Readonly<Record<Form, number>> = { full: 1_000, short: 40 }
const callsPerSecond = 100
/** Not faster, so that calls of every age are under way at each of them. */
const paceMs = 25
const listEvery = 10
const grownMaxBytes = 64 * 1024 * 1024
const options: WorldOptions = { providers: ['first'], totalMs: 10_000 }

export const thousandReloads: Scenario = {
  id: 'F-12',
  title: 'a thousand reloads under load, half of them bad',
  secondsMax: { full: 180, short: 25 },
  run: reloadUnderLoad,
}

async function reloadUnderLoad(run: Run): Promise<readonly Figure[]> {
  await using world = await startWorld(options)
  const { gateway } = world
  const load = startLoad({
    gatewayUrl: gateway.url,
    model,
    callsPerSecond,
    patienceMs: 12_000,
    name: 'reload',
  })
  const verdicts = new Verdicts(gateway)
  const half = reloads[run.form] / 2
  const badOnes: string[] = []
  let warmBytes = 0
  // A verdict may be of the config before, when a file changes while it is read: then one more turn is due.
  for (let turn = 1; verdicts.taken < half || verdicts.refused < half; turn += 1) {
    const isBad = turn % 2 === 0
    const good = goodConfig(world, isBad ? `bad-${turn}` : `good-${turn}`, turn)
    gateway.writeConfig(isBad ? badConfig(good, turn / 2) : good)
    await verdicts.next(isBad)
    if (turn % listEvery === 0)
      badOnes.push(...(await listModels(gateway)).filter((name) => name.startsWith('bad')))
    if (turn === Math.round(half / 2)) warmBytes = residentBytes(gateway)
  }
  const calls = await load.stop()
  const grownBytes = residentBytes(gateway) - warmBytes
  return [
    atLeast('configs taken over', verdicts.taken, half),
    atLeast('configs refused', verdicts.refused, half),
    atLeast('calls', calls.length, (reloads[run.form] * paceMs * callsPerSecond) / 1_000),
    none('failed calls', calls.filter((call) => !isGood(call)).map(shownCall), run.say),
    none(
      'calls that took a second attempt',
      calls.filter(({ attempts }) => attempts !== 1).map(shownCall),
      run.say,
    ),
    none('bad configs that were live', badOnes, run.say),
    atMost('grown memory', grownBytes / 1024 / 1024, grownMaxBytes / 1024 / 1024, 'MiB'),
    ...truthFigures(calls, wordsOf, run.say),
    ...(await world.ledger(run)),
  ]
}

/** Every third has another way out, so that the kept connections are replaced under the calls. */
function goodConfig({ providers }: World, name: string, turn: number): string {
  const added = `models: { ${name}: { deployments: [{ provider: first, model: m }] }, `
  const egress = turn % 3 === 0 ? `egress: { connect_timeout: ${3 + (turn % 5)}s }\n` : ''
  return egress + worldConfig(providers, options).replace('models: { ', added)
}

/** Counts what the gateway says of its configs. Its log is read once, however long it grows. */
class Verdicts {
  readonly #gateway: RunningGateway
  #read = 0
  taken = 0
  refused = 0

  constructor(gateway: RunningGateway) {
    this.#gateway = gateway
  }

  async next(isBad: boolean): Promise<void> {
    this.#look()
    const count = (): number => (isBad ? this.refused : this.taken)
    const before = count()
    const sinceMs = performance.now()
    this.#gateway.process.kill('SIGHUP')
    await until(() => {
      this.#look()
      return count() > before && performance.now() - sinceMs >= paceMs
    })
  }

  #look(): void {
    const { log } = this.#gateway
    for (; this.#read < log.length; this.#read += 1) {
      const event = log[this.#read]?.event
      if (event === 'config_reloaded') this.taken += 1
      if (event === 'config_refused') this.refused += 1
    }
  }
}

async function listModels({ url }: RunningGateway): Promise<readonly string[]> {
  const answer = await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${testKey}` } })
  const list = (await answer.json()) as { readonly data: readonly { readonly id: string }[] }
  return list.data.map(({ id }) => id)
}
