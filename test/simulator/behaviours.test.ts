// The table of behaviours against the simulator itself, without a gateway: what is called complete is
// complete for a plain HTTP client, so that a failure through a gateway is the gateway's.
import { afterAll, expect, test } from 'bun:test'
import { behaviourOfModel } from './behaviour-of-model.ts'
import { behaviourCases } from './behaviours.ts'
import type { BehaviourCase } from './expectation.ts'
import { expectedText } from './expected-text.ts'
import { simulatorKey, startSimulator } from './start-simulator.ts'

const simulator = await startSimulator()
afterAll(() => simulator.stop())

const messages = [{ role: 'user', content: 'Every behaviour, one by one' }]

async function ask(entry: BehaviourCase, stream: boolean): Promise<string> {
  const answer = await fetch(`${simulator.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${simulatorKey}`, connection: 'close' },
    body: JSON.stringify({ model: entry.name, messages, stream }),
  })
  expect(answer.status).toBe(200)
  return answer.text()
}

function dataLines(text: string): readonly string[] {
  const lines = text.replace(/^\ufeff/u, '').split(/\r\n|\r|\n/u)
  return lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart())
}

interface Choice {
  readonly delta?: { readonly content?: string | null }
  readonly message?: { readonly content?: string | null }
}

function contentOf(json: string): string {
  const { choices = [] } = JSON.parse(json) as { choices?: readonly Choice[] }
  return choices.map((choice) => (choice.delta ?? choice.message)?.content ?? '').join('')
}

const completeOnes = (how: 'stream' | 'whole') =>
  behaviourCases
    .filter((entry) => entry[how].alone.kind === 'complete')
    .map((entry) => [entry.name, entry] as const)

function textOf(entry: BehaviourCase): string {
  const calls = entry.behaviour.answer?.toolCalls
  return calls === undefined ? expectedText({ model: entry.name, messages }) : ''
}

// Bun's fetch gives up on HTTP that is broken after the answer.
const unreadable = new Set(['http-short-body', 'http-bytes-after-end'])

test.each(completeOnes('stream').filter(([name]) => !unreadable.has(name)))(
  'a stream is complete in spite of %s',
  async (_, entry) => {
    const events = dataLines(await ask(entry, true))
    const text = events.filter((event) => event !== '[DONE]').map(contentOf)
    expect(text.join('')).toBe(textOf(entry))
    expect(events.at(-1) === '[DONE]').toBe(entry.name !== 'ends-without-done')
  },
)

test.each(completeOnes('whole').filter(([name]) => !unreadable.has(name)))(
  'a whole answer is complete in spite of %s',
  async (_, entry) => {
    expect(contentOf(await ask(entry, false))).toBe(textOf(entry))
  },
)

test('names in the table are unique', () => {
  const names = behaviourCases.map((entry) => entry.name)
  expect(new Set(names).size).toBe(names.length)
})

test('a name in the table is a behaviour as a model too', () => {
  for (const entry of behaviourCases) expect(behaviourOfModel(`sim/${entry.name}`)).toBe(entry.behaviour)
})

test.each([
  ['cut-after:3', { fault: { kind: 'cut', at: { afterEvents: 3 } } }],
  ['sim/cut-after-3', { fault: { kind: 'cut', at: { afterEvents: 3 } } }],
  ['tokens:5+gap:2', { answer: { tokens: 5 }, delays: { betweenEventsMs: 2 } }],
  ['slice-random:9,42', { wire: { sliceBytes: { bytesMax: 9, seed: 42 } } }],
  ['status:503+slice:1', { wire: { sliceBytes: 1 }, fault: { kind: 'status', status: 503 } }],
  ['bad-http:giant-header', { fault: { kind: 'bad-http', what: 'giant-header' } }],
])('the model name %s spells a behaviour', (name, behaviour) => {
  expect(behaviourOfModel(name)).toMatchObject(behaviour)
})

test.each(['gpt-5', 'llama3:8b', 'tokens:many', 'usage:false', 'cut-after', '', 'tokens:5+nothing:1'])(
  'the model name %j is an ordinary model',
  (name) => {
    expect(behaviourOfModel(name)).toBeUndefined()
  },
)
