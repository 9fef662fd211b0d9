// Calls that come by the clock, whatever became of the earlier ones: a gateway that is late does not slow down the load
// that shows it (no coordinated omission). Each call is a stream of chat with a prompt of its own.
import { testKey } from '../end-to-end/start-gateway.ts'
import { chatFront } from '../matrix/fronts/chat.ts'
import { messagesOf } from './open-call.ts'
import { seeCall } from './see-call.ts'
import type { SeenCall } from './see-call.ts'

export interface LoadOptions {
  readonly gatewayUrl: string
  readonly model: string
  readonly callsPerSecond: number
  /** A call that takes longer has hung. */
  readonly patienceMs: number
  /** Makes the prompts of one load differ from those of another. */
  readonly name: string
  /** Whose calls they are. */
  readonly key?: string
}

export interface Load {
  /** Those that are over, in the order of their ends. */
  readonly calls: readonly SeenCall[]
  /** How many have been sent. */
  readonly asked: number
  /** Sends no more, and waits for the ends of all. */
  stop(): Promise<readonly SeenCall[]>
}

const tickMs = 2

/** Begins at once and goes on until it is stopped. */
export function startLoad(options: LoadOptions): Load {
  const { callsPerSecond } = options
  const calls: SeenCall[] = []
  const underWay: Promise<void>[] = []
  const startMs = performance.now()
  let asked = 0
  const ask = (dueMs: number): void => {
    underWay.push(askOnce(options, asked, dueMs).then((call) => void calls.push(call)))
    asked += 1
  }
  const timer = setInterval(() => {
    for (const nowMs = performance.now(); dueOf(asked) <= nowMs;) ask(dueOf(asked))
  }, tickMs)
  const dueOf = (index: number): number => startMs + (index * 1_000) / callsPerSecond
  return {
    calls,
    get asked() {
      return asked
    },
    stop: async () => {
      clearInterval(timer)
      await Promise.all(underWay)
      return calls
    },
  }
}

/** So many clients, each of which asks again when it has its answer: what can be served at the most. */
export async function saturateFor(
  durationMs: number,
  clients: number,
  options: Omit<LoadOptions, 'callsPerSecond'>,
): Promise<readonly SeenCall[]> {
  const calls: SeenCall[] = []
  const untilMs = performance.now() + durationMs
  let asked = 0
  const ask = async (): Promise<void> => {
    while (performance.now() < untilMs) {
      asked += 1
      calls.push(await askOnce(options, asked, performance.now()))
    }
  }
  await Promise.all(Array.from({ length: clients }, ask))
  return calls
}

function askOnce(
  { gatewayUrl, model, patienceMs, name, key }: Omit<LoadOptions, 'callsPerSecond'>,
  index: number,
  dueMs: number,
): Promise<SeenCall> {
  const prompt = `${name} call ${index}`
  const messages = messagesOf({ model, prompt })
  return seeCall(gatewayUrl, {
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${key ?? testKey}` },
    body: { model, messages, stream: true, stream_options: { include_usage: true } },
    prompt,
    dueMs,
    patienceMs,
    readStream: (text) => chatFront.readStream(text),
  })
}

/** A load of a given length, seen to the end of its last call. */
export async function loadFor(durationMs: number, options: LoadOptions): Promise<readonly SeenCall[]> {
  const load = startLoad(options)
  await Bun.sleep(durationMs)
  return await load.stop()
}
