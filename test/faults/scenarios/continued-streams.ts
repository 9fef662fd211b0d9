// F-08 with `on_break: continue`: an answer that is cut at every event is gone on with by a deployment of another dialect,
// which may go on exactly, begin again, repeat itself or apologise. The client has the exact text, or is told of an error.
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

const tokens = 190
/** Before the shortest of the answers has said why it ends: the words, and nothing but content after the first of them. */
const lastCut = 188
const overlapMax = 200
const atOnce = 32
const patienceMs = 20_000

const fronts: readonly Front[] = [chatFront, responsesFront, messagesFront, geminiFront]

/** Who breaks off, and who goes on. */
const pairs: readonly (readonly [first: string, second: string])[] = [
  [fiveProviders['openai-chat'], fiveProviders['openai-chat']],
  [fiveProviders['anthropic-messages'], fiveProviders['openai-chat']],
  [fiveProviders.gemini, fiveProviders['anthropic-messages']],
  [fiveProviders['openai-responses'], fiveProviders.gemini],
  [fiveProviders.ollama, fiveProviders['openai-responses']],
]

const cuts: Readonly<Record<Form, readonly number[]>> = {
  full: Array.from({ length: lastCut + 1 }, (_, at) => at),
  short: [0, 3, 6, 20, 100, 187],
}

interface Seam {
  /** How it is gone on with. */
  readonly words: string
  /** Nothing excuses an answer that is not saved. */
  readonly isExact: boolean
}

/** In turns, so that each kind meets each place in some pair. */
function seamAt(at: number, pair: number): Seam {
  const overlap = 1 + ((at * 7) % overlapMax)
  const seams: readonly Seam[] = [
    { words: 'continues', isExact: true },
    { words: 'restarts', isExact: false },
    { words: `overlaps:${overlap}`, isExact: false },
    { words: `apologises+overlaps:${overlap}`, isExact: false },
    { words: 'apologises', isExact: false },
  ]
  return seams[(at + pair) % seams.length] ?? { words: 'continues', isExact: true }
}

interface Broken {
  readonly name: string
  readonly seam: Seam
  readonly config: string
}

export const continuedStreams: Scenario = {
  id: 'F-08C',
  title: 'streams that break at every event and are gone on with by another deployment',
  needs: 'continuing',
  secondsMax: { full: 240, short: 30 },
  run: continueStreams,
}

async function continueStreams({ form, say }: Run): Promise<readonly Figure[]> {
  const broken = pairs.flatMap((pair, number) => cuts[form].map((at) => brokenAt(at, pair, number)))
  const models = broken.map(({ config }) => config).join(', ')
  const { simulator, gateway } = await startFiveDialects({ more: [`models: { ${models} }`] })
  const queue = fronts.flatMap((front) => broken.map((model) => ({ front, model })))
  const seen: { readonly call: SeenCall; readonly seam: Seam }[] = []
  try {
    const wanted = queue.length
    const worker = async (): Promise<void> => {
      for (let next = queue.pop(); next !== undefined; next = queue.pop())
        seen.push({ seam: next.model.seam, call: await makeCall(gateway.url, next.front, next.model) })
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
    const rows = await recordsOf(gateway)
    await until(() => simulator.bill.every(({ finish }) => finish !== 'open'))
    const calls = seen.map(({ call }) => call)
    const lost = seen.filter(({ call, seam }) => seam.isExact && call.end !== 'whole')
    return [
      atLeast('streams', calls.length, wanted),
      none(
        'not saved by one who goes on exactly',
        lost.map(({ call }) => shownCall(call)),
        say,
      ),
      none('neither whole nor told', calls.filter(isUntold).map(shownCall), say),
      ...truthFigures(calls, () => wholeText, say),
      ...ledgerFigures(rows, simulator.bill, say),
    ]
  } finally {
    await gateway[Symbol.asyncDispose]()
    await simulator.stop()
  }
}

function brokenAt(at: number, [first, second]: readonly [string, string], pair: number): Broken {
  const seam = seamAt(at, pair)
  const name = `cut-${pair}-${at}`
  const deployments = [
    `{ provider: ${first}, model: "tokens:${tokens}+cut-after:${at}" }`,
    `{ provider: ${second}, model: "tokens:${tokens}+${seam.words}", priority: 2 }`,
  ]
  const config = `${name}: { on_break: continue, deployments: [${deployments.join(', ')}] }`
  return { name, seam, config }
}

function makeCall(gatewayUrl: string, front: Front, { name, seam }: Broken): Promise<SeenCall> {
  return seeCall(gatewayUrl, {
    ...front.ask({ model: name, feature: 'stream', stream: true }),
    prompt: `${front.name} to ${name} ${seam.words}`,
    dueMs: performance.now(),
    patienceMs,
    readStream: (text) => front.readStream(text),
  })
}

function isUntold({ end }: SeenCall): boolean {
  return end !== 'whole' && end !== 'told' && end !== 'failed'
}

const wholeText = expectedText(
  { model: 'm', messages: [{ role: 'user', content: question }] },
  { answer: { tokens } },
)
