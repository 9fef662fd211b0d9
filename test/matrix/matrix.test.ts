// Four front doors, five back doors, fourteen features: every cell is judged at both ends.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { startFiveDialects } from '../end-to-end/five-dialects.ts'
import { testKey } from '../end-to-end/start-gateway.ts'
import type { RunningGateway } from '../end-to-end/start-gateway.ts'
import type { Behaviour } from '../simulator/behaviour.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { backs } from './back.ts'
import type { Back } from './back.ts'
import { features, page, pixel, rule, stopText, streamed, toolAnswer, toolName } from './front.ts'
import type { Feature, Front, Json, Seen } from './front.ts'
import { chatFront } from './front-chat.ts'
import { geminiFront } from './front-gemini.ts'
import { messagesFront } from './front-messages.ts'
import { responsesFront } from './front-responses.ts'
import { impossible, whyImpossible } from './impossible.ts'

const fronts: readonly Front[] = [chatFront, responsesFront, messagesFront, geminiFront]
const said = 'The sky is blue today.'
const parisCall = { name: toolName, arguments: '{"city":"Paris"}' }
const romeCall = { name: toolName, arguments: '{"city":"Rome"}' }

let simulator: Simulator
let gateway: RunningGateway

beforeAll(async () => {
  ;({ simulator, gateway } = await startFiveDialects())
})

afterAll(async () => {
  await gateway.stop()
  await simulator.stop()
})

/** What the provider does, and what comes of it: the judge of a feature. */
interface Judge {
  readonly behaviour: Behaviour
  /** A turn before the one that is judged. */
  readonly first?: Behaviour
  seen?(seen: Seen, back: Back): void
  sent?(body: Json, back: Back, earlier: Seen | undefined): void
}

const says: Behaviour = { answer: { text: said } }
const calls: Behaviour = { answer: { toolCalls: [parisCall] } }

function isAnswer({ text, finish, error }: Seen): void {
  expect({ text, finish, error }).toEqual({ text: said, finish: 'stop', error: '' })
}

const judges: Readonly<Record<Feature, Judge>> = {
  text: { behaviour: says, seen: isAnswer },
  stream: {
    behaviour: says,
    seen: (seen) => {
      isAnswer(seen)
      expect(seen.isWhole).toBe(true)
    },
  },
  tools: {
    behaviour: calls,
    seen: (seen) => {
      expect(seen.calls).toMatchObject([{ name: toolName, arguments: { city: 'Paris' } }])
      expect(seen.finish).toBe('tool_calls')
    },
    sent: (body, back) => expect(back.tools(body)).toEqual([toolName]),
  },
  'parallel tools in a stream': {
    behaviour: { answer: { toolCalls: [parisCall, romeCall], parallelTools: true } },
    seen: ({ calls: made, finish, isWhole }) => {
      expect(made).toMatchObject([
        { name: toolName, arguments: { city: 'Paris' } },
        { name: toolName, arguments: { city: 'Rome' } },
      ])
      expect(new Set(made.map(({ id }) => id)).size).toBe(2)
      expect({ finish, isWhole }).toEqual({ finish: 'tool_calls', isWhole: true })
    },
  },
  'tool results': {
    first: { answer: { toolCalls: [parisCall, romeCall] } },
    behaviour: says,
    seen: isAnswer,
    sent: (body) => {
      const text = JSON.stringify(body)
      expect(text.split(toolAnswer).length).toBe(3)
      expect(text).toContain('Rome')
    },
  },
  image: { behaviour: says, seen: isAnswer, sent: (body) => expect(JSON.stringify(body)).toContain(pixel) },
  file: { behaviour: says, seen: isAnswer, sent: (body) => expect(JSON.stringify(body)).toContain(page) },
  system: { behaviour: says, seen: isAnswer, sent: (body, back) => expect(back.system(body)).toBe(rule) },
  stop: {
    behaviour: says,
    seen: isAnswer,
    sent: (body, back) => expect(back.stops(body)).toEqual([stopText]),
  },
  schema: {
    behaviour: {},
    seen: ({ text, finish }) => {
      expect(JSON.parse(text)).toEqual({ city: 'text' })
      expect(finish).toBe('stop')
    },
    sent: (body, back) => expect(back.schema(body)).toMatchObject({ properties: { city: {} } }),
  },
  'reasoning and back': {
    first: { answer: { reasoningTokens: 3, toolCalls: [parisCall] } },
    behaviour: { answer: { text: said, reasoningTokens: 2 } },
    seen: (seen) => {
      isAnswer(seen)
      expect(seen.reasoning).toBe('thought0 thought1 ')
    },
    sent: (body, back, earlier) => {
      expect(earlier?.reasoning).toBe('thought0 thought1 thought2 ')
      // The simulator refuses a seal that it did not make, and demands none: that it came back is seen here.
      const isSealing = ['openai-responses', 'anthropic-messages', 'gemini'].includes(back.dialect)
      if (isSealing) expect(back.seals(body).filter((seal) => seal !== '')).not.toEqual([])
      else expect(JSON.stringify(body)).not.toContain('sallyport-seal')
    },
  },
  refusal: {
    behaviour: { answer: { refusal: true } },
    seen: (seen, back) => {
      // Ollama has no word for it: there a refusal is a text.
      if (back.dialect === 'ollama') expect(seen.text).not.toBe('')
      else expect(seen.refusal !== '' || ['refusal', 'content_filter'].includes(seen.finish)).toBe(true)
    },
  },
  'mid-stream error': {
    behaviour: { answer: { text: said.repeat(4) }, fault: { kind: 'error-event', atEvent: 8 } },
    seen: ({ text, error, isWhole }) => {
      expect(said.repeat(4).startsWith(text) && text !== '').toBe(true)
      expect(error).not.toBe('')
      expect(isWhole).toBe(false)
    },
  },
  usage: {
    behaviour: says,
    seen: ({ inputTokens, outputTokens }) => {
      const { prompt_tokens: input, completion_tokens: output } = simulator.bill.at(-1)?.usageSent ?? {}
      expect({ inputTokens, outputTokens }).toEqual({
        inputTokens: Number(input),
        outputTokens: Number(output),
      })
    },
  },
}

async function ask(front: Front, back: Back, turn: { feature: Feature; earlier?: Seen }): Promise<Seen> {
  const { feature, earlier } = turn
  const asking = front.ask(`${back.provider}/m`, feature, earlier)
  if (asking === undefined) throw new Error(`${front.name} cannot ask for it`)
  const answer = await fetch(gateway.url + asking.path, {
    method: 'POST',
    body: JSON.stringify(asking.body),
    headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json', ...asking.headers },
  })
  const text = await answer.text()
  if (answer.status !== 200) throw new Error(`${answer.status}: ${text}`)
  return streamed.has(feature) ? front.readStream(text) : front.read(JSON.parse(text) as Json)
}

async function judged(front: Front, back: Back, feature: Feature): Promise<void> {
  const judge = judges[feature]
  simulator.clearScript()
  let earlier: Seen | undefined
  if (judge.first !== undefined) {
    simulator.next(judge.first)
    earlier = await ask(front, back, { feature })
  }
  simulator.next(judge.behaviour)
  const seen = await ask(front, back, { feature, ...(earlier !== undefined && { earlier }) })
  judge.seen?.(seen, back)
  const last = simulator.requests.at(-1)
  judge.sent?.(JSON.parse(Buffer.from(last?.body ?? '').toString()) as Json, back, earlier)
}

for (const front of fronts) {
  for (const back of backs) {
    describe(`${front.name} in front of ${back.dialect}`, () => {
      for (const feature of features) {
        const reason = whyImpossible(front.name, back.dialect, feature)
        if (reason === undefined) test(feature, () => judged(front, back, feature))
        else {
          test(`${feature} cannot work: ${reason.why}`, async () => {
            const failure: unknown = await judged(front, back, feature).catch((error: unknown) => error)
            expect(failure).toBeInstanceOf(Error)
          })
        }
      }
    })
  }
}

test('at most one cell in twenty cannot work', () => {
  const cells = impossible.reduce(
    (sum, { fronts: some, backs: others }) => sum + some.length * others.length,
    0,
  )
  expect(cells).toBeLessThanOrEqual((fronts.length * backs.length * features.length) / 20)
})
