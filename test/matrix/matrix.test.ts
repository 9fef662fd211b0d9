// Every client dialect in front of every provider dialect, with everything that is asked of them: one table. A cell is
// judged at both ends: the provider got all that was asked, and the client sees all that was answered.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { fiveProviders, startFiveDialects } from '../end-to-end/five-dialects.ts'
import type { FiveDialects } from '../end-to-end/five-dialects.ts'
import type { Back, Received } from './back.ts'
import { chatBack } from './backs/chat.ts'
import { geminiBack } from './backs/gemini.ts'
import { messagesBack } from './backs/messages.ts'
import { ollamaBack } from './backs/ollama.ts'
import { responsesBack } from './backs/responses.ts'
import { cannotWork, whyItCannotWork } from './cannot-work.ts'
import type { Feature, Front, Json, Seen, Wanted } from './front.ts'
import { features, streamed } from './front.ts'
import { chatFront } from './fronts/chat.ts'
import { geminiFront } from './fronts/gemini.ts'
import { messagesFront } from './fronts/messages.ts'
import { responsesFront } from './fronts/responses.ts'
import { judgeAnswer, judgeLacking, judgeReceived, judgeSecondTurn } from './judge.ts'
import type { Exchange } from './judge.ts'
import { jsonBodyOf } from '../simulator/last-request.ts'

const fronts: readonly Front[] = [chatFront, responsesFront, messagesFront, geminiFront]
const backs: readonly Back[] = [chatBack, responsesBack, messagesBack, geminiBack, ollamaBack]

let five: FiveDialects

beforeAll(async () => {
  five = await startFiveDialects()
})

afterAll(() => five[Symbol.asyncDispose]())

/** The simulator's model that does what the feature is about. */
const modelOf: Readonly<Partial<Record<Feature, string>>> = {
  'parallel tools in a stream': 'parallel-tools',
  stop: 'stops',
  'reasoning and back': 'reasoning-4',
  usage: 'reasoning-4',
  refusal: 'refusal',
  'mid-stream error': 'error-event-8',
}

interface Cell {
  readonly front: Front
  readonly back: Back
  readonly feature: Feature
}

/** One call, and both ends of it. */
async function exchange({ front, back, feature }: Cell, more: Partial<Wanted> = {}): Promise<Exchange> {
  const model = `${fiveProviders[back.dialect]}/${modelOf[feature] ?? 'ok'}`
  const wanted: Wanted = { model, feature, stream: streamed.has(feature), ...more }
  const { path, headers, body } = front.ask(wanted)
  const { requests, bill } = five.simulator
  const [askedBefore, billedBefore] = [requests.length, bill.length]
  const answer = await five.post(path, body, headers)
  const text = await answer.text()
  return {
    back,
    isRelay: front.name === back.name,
    feature,
    status: answer.status,
    dropped: answer.headers.get('x-sallyport-dropped'),
    text,
    seen: answer.status !== 200 ? undefined : seenIn(front, text, wanted.stream),
    received: receivedSince(askedBefore, back),
    bill: five.simulator.bill[billedBefore],
  }
}

function seenIn(front: Front, text: string, isStream: boolean): Seen {
  return isStream ? front.readStream(text) : front.read(JSON.parse(text) as Json)
}

function receivedSince(askedBefore: number, back: Back): readonly Received[] {
  return five.simulator.requests.slice(askedBefore).map((request) => back.look(jsonBodyOf(request)))
}

/** Throws where something was lost. */
async function tryCell(cell: Cell): Promise<void> {
  const { feature } = cell
  const ways =
    feature === 'usage' || feature === 'reasoning and back' ? [false, true] : [streamed.has(feature)]
  for (const stream of ways) {
    const first = await exchange(cell, { stream })
    judgeReceived(first)
    const seen = judgeAnswer(first, stream)
    if (feature !== 'reasoning and back') continue
    judgeSecondTurn(await exchange(cell, { stream, earlier: seen }))
  }
}

for (const front of fronts) {
  for (const back of backs) {
    describe(`a ${front.name} client of a ${back.name} provider`, () => {
      for (const feature of features) {
        const cell = { front, back, feature }
        if (whyItCannotWork(front.name, back.name, feature) === undefined) {
          test(`has ${feature}`, () => tryCell(cell))
        } else {
          test(`cannot have ${feature}, and is told so`, async () => {
            judgeLacking(await exchange(cell))
          })
        }
      }
    })
  }
}

test('at most one cell in twenty cannot work', () => {
  const count = cannotWork.reduce((sum, cell) => sum + cell.fronts.length * cell.backs.length, 0)
  expect(count).toBeLessThanOrEqual((fronts.length * backs.length * features.length) / 20)
})
