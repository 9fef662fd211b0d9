import { expect, test } from 'bun:test'
import { worldOf } from '../../test/residency-world.ts'
import type { AskedPlace, Play, ScriptedCall } from '../../test/residency-world.ts'
import { seededRandom } from '../../test/seeded-random.ts'
import type { EgressSink } from '../core/egress.ts'
import { GatewayError } from '../core/errors.ts'
import type { VirtualClock } from '../../test/virtual-clock.ts'

const regions = ['eu', 'us', 'ch'] as const
const classes = ['self-hosted', 'cloud'] as const

interface Place {
  readonly region: string | undefined
  readonly class: string | undefined
}

interface Wanted {
  readonly regions?: readonly string[]
  readonly classes?: readonly string[]
}

class Chance {
  readonly next: () => number

  constructor(seed: number) {
    this.next = seededRandom(seed)
  }

  below(bound: number): number {
    return Math.floor(this.next() * bound)
  }

  is(share: number): boolean {
    return this.next() < share
  }

  one<Choice>(choices: readonly Choice[]): Choice {
    const chosen = choices[this.below(choices.length)]
    if (chosen === undefined) throw new Error('there is nothing to choose from')
    return chosen
  }

  place(known: number): { region?: string; class?: string } {
    return {
      ...(this.is(known) && { region: this.one(regions) }),
      ...(this.is(known) && { class: this.one(classes) }),
    }
  }

  residency(): Wanted {
    const some = <Word>(words: readonly Word[]): Word[] => {
      const chosen = words.filter(() => this.is(0.5))
      return chosen.length > 0 ? chosen : [this.one(words)]
    }
    const byRegion = this.is(0.7)
    return {
      ...(byRegion && { regions: some(regions) }),
      ...((!byRegion || this.is(0.3)) && { classes: [this.one(classes)] }),
    }
  }
}

interface Topology {
  readonly config: object
  /** By origin and model. */
  readonly places: ReadonlyMap<string, Place>
  readonly demandsOf: ReadonlyMap<string, Wanted | undefined>
  readonly deploymentsOf: ReadonlyMap<string, readonly string[]>
}

/** As the config has them. */
interface WrittenDeployment {
  readonly provider: string
  readonly model: string
  readonly [name: string]: unknown
}

interface WrittenModel {
  readonly deployments: readonly WrittenDeployment[]
  readonly residency?: Wanted
  readonly [name: string]: unknown
}

const providerCount = 5
const originOf = (index: number): string => `http://127.0.0.1:${9_000 + index}`

function topology(chance: Chance): Topology {
  const homes = Array.from({ length: providerCount }, () => chance.place(0.7))
  const providers = Object.fromEntries(
    homes.map((home, index) => [
      `p${index}`,
      {
        type: chance.is(0.3) ? 'anthropic' : 'openai-compatible',
        base_url: `${originOf(index)}/v1`,
        api_key: 'env:CI_KEY',
        models: [],
        ...home,
      },
    ]),
  )
  const places = new Map<string, Place>()
  let made = 0
  const deployment = (): WrittenDeployment => {
    const index = chance.below(providerCount)
    const own = chance.place(0.25)
    made += 1
    const model = `m${made}`
    places.set(`${originOf(index)} ${model}`, {
      region: own.region ?? homes[index]?.region,
      class: own.class ?? homes[index]?.class,
    })
    return { provider: `p${index}`, model, priority: 1 + chance.below(2), prefill: chance.is(0.5), ...own }
  }
  const model = (isJudge: boolean): WrittenModel => {
    const deployments = Array.from({ length: 2 + chance.below(4) }, deployment)
    const names = deployments.map(({ provider, model: name }) => `${provider}/${name}`)
    return {
      deployments,
      attempts: 1 + chance.below(6),
      policy: chance.one(['priority', 'weighted', 'random', 'least_latency', 'round_robin']),
      on_break: chance.one(['error', 'continue']),
      ...(chance.is(0.5) && { hedge: { after: '100ms', min: '100ms' } }),
      ...(chance.is(0.5) && { last_resort: { deployment: deployment(), message: 'Away.' } }),
      ...(chance.is(0.5) && { residency: chance.residency() }),
      ...(!isJudge && chance.is(0.3) && { rules: [{ when: 'stream', use: [chance.one(names)] }] }),
      ...(!isJudge &&
        chance.is(0.5) && {
          classifier: { simple: [chance.one(names)], hard: [chance.one(names)], judge: 'judge' },
        }),
    }
  }
  const models: Record<string, WrittenModel> = { fast: model(false), judge: model(true) }
  return {
    config: { discover: 'off', providers, models },
    places,
    demandsOf: new Map(Object.entries(models).map(([name, one]) => [name, one.residency])),
    deploymentsOf: new Map(Object.entries(models).map(([name, one]) => [name, keysOf(one.deployments)])),
  }
}

function keysOf(deployments: readonly WrittenDeployment[]): string[] {
  return deployments.map(({ provider, model }) => `${originOf(Number(provider.slice(1)))} ${model}`)
}

const meets = (place: Place | undefined, wanted: Wanted | undefined): boolean =>
  wanted === undefined ||
  ((wanted.regions === undefined || wanted.regions.includes(place?.region ?? '')) &&
    (wanted.classes === undefined || wanted.classes.includes(place?.class ?? '')))

const chunk = (delta: object, finish: string | null = null): Buffer =>
  Buffer.from(
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
  )

/** Whatever can go wrong at a provider does, at random; a little goes right. */
function randomPlay(chance: Chance): Play {
  const fail = (sink: EgressSink, code: string): void =>
    sink.fail({ phase: 'connect', code, message: 'It broke.', stale: false })
  const status = (sink: EgressSink, code: number): void => {
    sink.connected(false)
    sink.head({ status: code, header: () => undefined })
    sink.data(Buffer.from('{"error":{"message":"no","type":"server_error"}}'))
    sink.end()
  }
  const stream = (sink: EgressSink, isCut: boolean): void => {
    sink.connected(false)
    sink.head({ status: 200, header: (name) => (name === 'content-type' ? 'text/event-stream' : undefined) })
    sink.data(chunk({ role: 'assistant', content: 'One two three four five six seven.' }))
    if (isCut) return sink.fail({ phase: 'body', code: 'closed', message: 'It closed.', stale: false })
    sink.data(chunk({}, 'stop'))
    sink.data(Buffer.from('data: [DONE]\n\n'))
    sink.end()
  }
  return (_place, sink, clock: VirtualClock) => {
    const delayMs = chance.below(2_000)
    const kind = chance.below(8)
    // Silence, which deadlines and hedges are for.
    if (kind === 0) return
    clock.after(delayMs, () => {
      if (kind <= 3) status(sink, chance.one([500, 503, 429, 401]))
      else if (kind === 4) fail(sink, 'connect_refused')
      else stream(sink, kind < 7)
    })
  }
}

/** A way to say a residency in the header. */
const headerOf = ({ regions: where = [], classes: kinds = [] }: Wanted): string =>
  [...where, ...kinds.map((kind) => `class:${kind}`)].join(', ')

test('D6 no attempt is ever made outside of what is demanded, whatever fails', async () => {
  let satisfied = 0
  let refused = 0
  let attempts = 0
  const kinds = new Set<string>()
  for (let seed = 1; seed <= 120; seed += 1) {
    const chance = new Chance(seed)
    const { config, places, demandsOf, deploymentsOf } = topology(chance)
    const world = worldOf(config, chance.next, randomPlay(chance))
    // A model that nothing of could ever be asked is refused with the config.
    if (world === undefined) continue
    const wanted = [
      demandsOf.get('fast'),
      chance.is(0.4) ? chance.residency() : undefined,
      chance.is(0.4) ? chance.residency() : undefined,
    ] as const
    const [, ofKey, ofRequest] = wanted
    const call: ScriptedCall = {
      endpoint: chance.one(['chat', 'messages', 'responses'] as const),
      body: requestBody(chance.is(0.7)),
      caller: ofKey === undefined ? {} : { demands: [{ by: 'the key', residency: ofKey }] },
      headers: ofRequest === undefined ? {} : { 'x-sallyport-residency': headerOf(ofRequest) },
    }
    const { asked, failure } = await world.call(call)
    const mayAsk = (key: string): boolean => wanted.every((one) => meets(places.get(key), one))
    const keyOf = ({ origin, model }: AskedPlace): string => `${origin} ${model}`
    expect({ seed, outside: asked.map(keyOf).filter((key) => !mayAsk(key)) }).toEqual({ seed, outside: [] })
    const judges = deploymentsOf.get('judge') ?? []
    const judging = asked.map(keyOf).filter((key) => judges.includes(key))
    expect(judging.every((key) => meets(places.get(key), demandsOf.get('judge')))).toBe(true)
    if ((deploymentsOf.get('fast') ?? []).some(mayAsk)) {
      satisfied += 1
      // Rules may leave nobody of them; then nobody is asked.
      if (asked.length === 0) expect(codeOf(failure)).toBe('residency_unsatisfiable')
    } else {
      refused += 1
      expect(asked).toEqual([])
      expect(codeOf(failure)).toBe('residency_unsatisfiable')
    }
    attempts += asked.length
    for (const kind of world.kinds) kinds.add(kind)
  }
  // Every way to another deployment was taken.
  expect([...kinds].toSorted()).toEqual([
    'continuation',
    'failover',
    'first',
    'hedge',
    'last_resort',
    'retry',
  ])
  expect(satisfied).toBeGreaterThan(30)
  expect(refused).toBeGreaterThan(15)
  expect(attempts).toBeGreaterThan(satisfied * 2)
})

function codeOf(failure: unknown): unknown {
  return failure instanceof GatewayError ? failure.code : failure
}

function requestBody(stream: boolean): Readonly<Record<string, unknown>> {
  const turns = [{ role: 'user', content: 'Count to ten.' }]
  return { model: 'fast', stream, max_tokens: 100, messages: turns, input: turns, store: false }
}

test('D6 what a provider elsewhere keeps is not asked for there', async () => {
  const config = {
    discover: 'off',
    providers: {
      here: { type: 'anthropic', base_url: originOf(0), api_key: 'env:CI_KEY', models: [], region: 'eu' },
      there: { type: 'anthropic', base_url: originOf(1), api_key: 'env:SAME_KEY', models: [], region: 'us' },
    },
    models: {
      fast: {
        deployments: [
          { provider: 'here', model: 'a' },
          { provider: 'there', model: 'b' },
        ],
      },
    },
  }
  const world = worldOf(
    config,
    () => 0.5,
    (_place, sink) => sink.fail({ phase: 'connect', code: 'connect_refused', message: 'No.', stale: false }),
  )
  if (world === undefined) throw new Error('the config was refused')
  await world.heldIds.remember([
    {
      id: 'container_1',
      tenant: 'default',
      maker: { provider: 'there', deployment: 'there/b', credential: '' },
      expiresAtMs: Number.MAX_SAFE_INTEGER,
    },
  ])
  const call: ScriptedCall = {
    endpoint: 'messages',
    body: { ...requestBody(false), container: 'container_1' },
  }
  expect((await world.call(call)).asked).toContainEqual({ origin: originOf(1), model: 'b' })
  const kept = await world.call({ ...call, headers: { 'x-sallyport-residency': 'EU' } })
  expect(kept.asked).toEqual([])
  expect(codeOf(kept.failure)).toBe('reference_not_found')
})
