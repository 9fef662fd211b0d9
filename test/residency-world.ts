// A pipeline that is whole but for the network: a config as an operator writes it, the real stages over it, and in place of
// the way out a list of who was asked, with answers that a test chooses.
import { MemoryHeldIds, MemoryResponses } from './contract/memory-responses.ts'
import { idlePipeline } from './idle-pipeline.ts'
import { facts } from './parsed-configs.ts'
import { RecordingObserver } from './response-observer.ts'
import { VirtualClock } from './virtual-clock.ts'
import { stillDirectory } from '../src/compose/still-directory.ts'
import { parseConfig } from '../src/config/parse-config.ts'
import type { LoadedConfig } from '../src/config/load-config.ts'
import type { ConfigOutcome } from '../src/config/parse-config.ts'
import type { AttemptKind } from '../src/core/attempt.ts'
import type { Caller } from '../src/core/caller.ts'
import type { EgressRequest, EgressSink } from '../src/core/egress.ts'
import type { GatewayError } from '../src/core/errors.ts'
import { doors } from '../src/dialects/doors.ts'
import { answer } from '../src/pipeline/pipeline.ts'
import type { PipelineParts } from '../src/pipeline/pipeline.ts'
import { CallRecord } from '../src/pipeline/settle.ts'
import { FailedTries } from '../src/keys/failed-tries.ts'
import { Responses } from '../src/responses/responses.ts'
import { Stickiness } from '../src/responses/stickiness.ts'

export interface AskedPlace {
  readonly origin: string
  /** The provider's name of the model. */
  readonly model: string
}

/** Plays a provider: answers, fails or keeps silent, now or later. */
export type Play = (place: AskedPlace, sink: EgressSink, clock: VirtualClock) => void

export interface ScriptedCall {
  readonly endpoint: 'chat' | 'messages' | 'responses'
  readonly body: Readonly<Record<string, unknown>>
  readonly caller?: Partial<Caller>
  readonly headers?: Readonly<Record<string, string>>
}

export interface CallOutcome {
  readonly record: CallRecord
  readonly asked: readonly AskedPlace[]
  readonly failure: unknown
  readonly text: string
}

const wall = Date.UTC(2026, 10, 21)
const stepMs = 250
const stepsMax = 200

/** Undefined for a config that is refused, as a random one may be. */
export function worldOf(config: object, random: () => number, play: Play): ScriptedWorld | undefined {
  const read = parseConfig(JSON.stringify(config), facts)
  return read.ok ? new ScriptedWorld(read, random, play) : undefined
}

export class ScriptedWorld {
  readonly clock = new VirtualClock(wall)
  readonly heldIds = new MemoryHeldIds()
  /** Of all attempts so far. */
  readonly kinds = new Set<AttemptKind>()
  readonly #asked: AskedPlace[] = []
  readonly #parts: PipelineParts
  #caller: Caller = { keyId: 'k', keyName: 'k', scopes: [], models: [] }
  #made = 0

  constructor(
    { config, secrets }: Extract<ConfigOutcome, { readonly ok: true }>,
    random: () => number,
    play: Play,
  ) {
    const { clock } = this
    const egress = {
      send: (request: EgressRequest, sink: EgressSink) => {
        const place = { origin: request.place.destination.origin, model: modelIn(request) }
        this.#asked.push(place)
        let isOver = false
        const unlessOver = (tell: () => void): void => {
          if (!isOver) tell()
        }
        play(place, guarded(sink, unlessOver), clock)
        return { pause: () => {}, resume: () => {}, abort: () => void (isOver = true) }
      },
      connections: () => ({ active: 0, idle: 0 }),
      close: () => {},
    }
    const loaded: LoadedConfig = { config, secrets, source: undefined, text: '', files: [] }
    const { directory, providers } = stillDirectory(loaded, { clock, environment: {}, egress })
    directory.update(providers.map((provider) => ({ provider, listed: new Set(provider.declaredModels) })))
    // As after a busy minute: a model without calls may not hedge yet.
    for (const name of config.models.keys()) {
      const found = directory.find(name)
      for (let call = 0; call < 40 && found.kind === 'found'; call += 1) {
        found.plan.memory.hedges.beginCall()
      }
    }
    const observer = new RecordingObserver()
    const stickiness = new Stickiness({ store: this.heldIds, clock, observer }, 86_400_000)
    const kept = { store: new MemoryResponses(), stickiness, clock, observer, sealTravels: () => false }
    const keys: PipelineParts['keys'] = {
      find: () => ({ kind: 'known', caller: this.#caller }),
      failedTries: new FailedTries(clock, undefined),
    }
    const responses = new Responses(kept, config.responses)
    this.#parts = {
      ...idlePipeline({ clock, keys, responses, stickiness }),
      directory,
      random,
      spool: { begin: ({ kind }) => void this.kinds.add(kind), mark: () => {}, end: () => {} },
      observer: { callEnded: () => {}, attemptEnded: () => {}, bugSeen: () => {} },
      gate: { isTight: false, check: () => {} },
      strained: () => false,
      digest: (text) => text,
      newAttemptId: () => `att_${(this.#made += 1)}`,
      newCallId: () => `call_${(this.#made += 1)}`,
      timeouts: { firstTokenMs: 3_000, stallMs: 3_000, attemptMs: 3_000, totalMs: 30_000 },
    }
  }

  /** Makes a call and lets time pass until it is over. */
  async call({ endpoint, body, caller, headers = {} }: ScriptedCall): Promise<CallOutcome> {
    this.#caller = { keyId: 'k', keyName: 'k', scopes: [], models: [], ...caller }
    this.#asked.length = 0
    const record = new CallRecord('call_1', endpoint, { generation: 1, nowMs: this.clock.nowMs() })
    const pieces: Uint8Array[] = []
    let ended: { readonly failure: unknown } | undefined
    answer(
      {
        record,
        door: doors[endpoint],
        place: { model: '', stream: false },
        authorization: 'Bearer k',
        apiKey: null,
        clientAddress: () => '',
        isFrom: () => true,
        header: (name) => headers[name] ?? null,
        headerLines: () => '',
        body: () => Promise.resolve(Buffer.from(JSON.stringify(body))),
      },
      {
        follow: () => {},
        refuse: (failure) => (ended = { failure }),
        head: () => {},
        append: (bytes) => pieces.push(bytes) < 0,
        end: () => (ended = { failure: undefined }),
        fail: (failure: GatewayError) => (ended = { failure }),
      },
      this.#parts,
    )
    for (let step = 0; step < stepsMax; step += 1) {
      // What waits for a promise goes on before time does.
      for (let turn = 0; turn < 12; turn += 1) await Promise.resolve()
      if (ended !== undefined) break
      this.clock.advance(stepMs)
    }
    if (ended === undefined) throw new Error('the call never ended')
    const asked = [...this.#asked]
    return { record, asked, failure: ended.failure, text: Buffer.concat(pieces).toString() }
  }
}

function modelIn({ body }: EgressRequest): string {
  const bytes = Buffer.alloc(body?.byteLength ?? 0)
  body?.writeInto(bytes, 0)
  const { model }: { readonly model?: string } = JSON.parse(bytes.toString())
  return model ?? ''
}

/** A provider that was hung up on says nothing more. */
function guarded(sink: EgressSink, unlessOver: (tell: () => void) => void): EgressSink {
  return {
    connected: (reused) => unlessOver(() => sink.connected(reused)),
    head: (head) => unlessOver(() => sink.head(head)),
    data: (chunk) => unlessOver(() => sink.data(chunk)),
    end: () => unlessOver(() => sink.end()),
    fail: (failure) => unlessOver(() => sink.fail(failure)),
  }
}
