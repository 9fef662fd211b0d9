// F-08: an answer of two hundred events is cut, stalled, ended early or spoiled at every one of them, for each client
// dialect in front of each provider dialect. A clean end that is not the answer's own is a lie, and there may be none.
import { fiveProviders, startFiveDialects } from '../../end-to-end/five-dialects.ts'
import { question } from '../../matrix/front.ts'
import type { Front } from '../../matrix/front.ts'
import { chatFront } from '../../matrix/fronts/chat.ts'
import { geminiFront } from '../../matrix/fronts/gemini.ts'
import { messagesFront } from '../../matrix/fronts/messages.ts'
import { responsesFront } from '../../matrix/fronts/responses.ts'
import { expectedText } from '../../simulator/expected-text.ts'
import { ledgerFigures, recordsOf, shownCall, truthFigures } from '../check-ledger.ts'
import { atLeast, none } from '../figure.ts'
import type { Figure } from '../figure.ts'
import type { Form, Run, Scenario } from '../scenario.ts'
import { seeCall } from '../see-call.ts'
import type { SeenCall } from '../see-call.ts'
import { until } from '../../until.ts'

const events = 200
const patienceMs = 20_000
const timeouts = 'timeouts: { total: 30s, first_token: 2s, stall: 500ms }'

const fronts: readonly Front[] = [chatFront, responsesFront, messagesFront, geminiFront]

interface Back {
  readonly provider: string
  /** The words that make it two hundred events. */
  readonly tokens: number
  /** Where the event is that says why the answer ended. Before it is written nobody can know. */
  readonly finishAt: number
}

const backs: readonly Back[] = [
  { provider: fiveProviders['openai-chat'], tokens: 196, finishAt: 197 },
  { provider: fiveProviders['openai-responses'], tokens: 192, finishAt: 199 },
  { provider: fiveProviders['anthropic-messages'], tokens: 194, finishAt: 198 },
  { provider: fiveProviders.gemini, tokens: 199, finishAt: 199 },
  { provider: fiveProviders.ollama, tokens: 199, finishAt: 199 },
]

interface Harm {
  readonly word: string
  /** The answer's own end never comes. */
  readonly endsIt: boolean
  /** They wait for a deadline and cost nothing meanwhile. */
  readonly atOnce: number
}

const harms: readonly Harm[] = [
  { word: 'cut-after', endsIt: true, atOnce: 32 },
  { word: 'end-after', endsIt: true, atOnce: 32 },
  { word: 'bad-event', endsIt: false, atOnce: 32 },
  { word: 'stall-after', endsIt: true, atOnce: 160 },
]

/** Every event, and after the last. */
const everyIndex = Array.from({ length: events + 1 }, (_, index) => index)
const indexes: Readonly<Record<Form, readonly number[]>> = {
  full: everyIndex,
  short: [0, 1, 4, 5, 100, 197, 198, 199],
}

export const brokenStreams: Scenario = {
  id: 'F-08',
  title: 'streams that break at every event, in every dialect',
  secondsMax: { full: 400, short: 30 },
  run: breakStreams,
}

async function breakStreams({ form, say }: Run): Promise<readonly Figure[]> {
  const { simulator, gateway } = await startFiveDialects({ more: [timeouts] })
  const seen: { readonly call: SeenCall; readonly broken: BrokenCall }[] = []
  try {
    for (const harm of harms) {
      const queue = callsWith(harm, form)
      const worker = async (): Promise<void> => {
        for (let broken = queue.pop(); broken !== undefined; broken = queue.pop())
          seen.push({ broken, call: await makeCall(gateway.url, broken) })
      }
      await Promise.all(Array.from({ length: harm.atOnce }, worker))
    }
    // A provider that never ends its last chunk is left with the process at the latest.
    const rows = await recordsOf(gateway)
    await until(() => simulator.bill.every(({ finish }) => finish !== 'open'))
    const calls = seen.map(({ call }) => call)
    const lies = seen.filter(({ call, broken }) => isLie(call, broken)).map(({ call }) => shownCall(call))
    const words = new Map(seen.map(({ call, broken }) => [call, wordsOf(broken.back)]))
    return [
      atLeast('streams', calls.length, fronts.length * backs.length * harms.length * indexes[form].length),
      none('clean ends before the provider had said that it is the end', lies, say),
      ...truthFigures(calls, (call) => words.get(call) ?? '', say),
      none('calls without an answer', calls.filter(({ end }) => end === 'unreachable').map(shownCall), say),
      ...ledgerFigures(rows, simulator.bill, say),
    ]
  } finally {
    await gateway[Symbol.asyncDispose]()
    await simulator.stop()
  }
}

interface BrokenCall {
  readonly front: Front
  readonly back: Back
  readonly harm: Harm
  readonly at: number
}

function callsWith(harm: Harm, form: Form): BrokenCall[] {
  return fronts.flatMap((front) =>
    backs.flatMap((back) => indexes[form].map((at) => ({ front, back, harm, at }))),
  )
}

function makeCall(gatewayUrl: string, { front, back, harm, at }: BrokenCall): Promise<SeenCall> {
  const name = `${back.provider}/tokens:${back.tokens}+${harm.word}:${at}`
  const asking = front.ask({ model: name, feature: 'stream', stream: true })
  return seeCall(gatewayUrl, {
    ...asking,
    prompt: `${front.name} to ${name}`,
    dueMs: performance.now(),
    patienceMs,
    readStream: (text) => front.readStream(text),
  })
}

function isLie({ end }: SeenCall, { back, harm, at }: BrokenCall): boolean {
  return end === 'whole' && harm.endsIt && at <= back.finishAt
}

function wordsOf({ tokens }: Back): string {
  return expectedText({ model: 'm', messages: [{ role: 'user', content: question }] }, { answer: { tokens } })
}
