// Answers of sixty events, cut everywhere in each dialect, relayed and translated, and gone on with by deployments of each
// dialect, well and badly: the text is exact, or the stream ends with an error.
import { describe, expect, test } from 'bun:test'
import { dialectNames } from '../../core/model-request.ts'
import type { DialectName } from '../../core/model-request.ts'
import {
  courseOf,
  eventCount,
  eventsIn,
  fronts,
  wholeText,
  wireEventsIn,
} from '../../../test/continued-answers.ts'
import type { Course, Front, Outcome } from '../../../test/continued-answers.ts'
import { joinedUsage } from './continuation.ts'
import type { AskedBy } from './join-texts.ts'

const [firstFront] = fronts
if (firstFront === undefined) throw new Error('There is a front.')
const whole = wholeText(firstFront)

type Ending = 'whole' | 'error'

/** How it ended. Throws where the client was told something that is not so. */
function endingOf(client: Front, { stream, textBefore, hindrance, fault }: Outcome): Ending {
  const events = eventsIn(client, stream)
  const text = events.map((event) => (event.kind === 'text-delta' ? event.text : '')).join('')
  const kinds = events.map(({ kind }) => kind)
  const ends = kinds.filter((kind) => kind === 'end').length
  const errors = kinds.filter((kind) => kind === 'error').length
  expect(ends + errors).toBe(1)
  expect(kinds.filter((kind) => kind === 'start').length).toBeLessThan(2)
  expect(whole.startsWith(text)).toBe(true)
  expect(text.startsWith(textBefore)).toBe(true)
  if (errors === 1) return 'error'
  expect(text).toBe(whole)
  expect(fault).toBeUndefined()
  expect(events.findLast(({ kind }) => kind === 'finish')).toMatchObject({ reason: 'stop' })
  const marks = stream.split(': sallyport continued by spare\n\n').length - 1
  if (client.name === 'gemini' || hindrance !== undefined) expect(marks).toBe(0)
  else expect(marks).toBeGreaterThan(0)
  checkFrame(client, stream)
  return 'whole'
}

type Wire = Record<string, unknown>

/** Ids and numbers are those of one stream. */
function checkFrame(client: Front, stream: string): void {
  const events = wireEventsIn(stream)
    .filter((event) => event.data !== '[DONE]')
    .map((event) => JSON.parse(event.data) as Wire)
  const values = (name: string): ReadonlySet<unknown> =>
    new Set(events.map((event) => event[name]).filter((value) => value !== undefined))
  if (client.name === 'openai-chat') {
    expect([values('id').size, values('model').size, values('created').size]).toEqual([1, 1, 1])
    expect(stream.split('"role"')).toHaveLength(2)
  } else if (client.name === 'gemini') {
    expect([values('responseId').size, values('modelVersion').size]).toEqual([1, 1])
  } else if (client.name === 'anthropic-messages') {
    const types = events.map((event) => event['type'])
    for (const type of ['message_start', 'content_block_start', 'content_block_stop', 'message_stop'])
      expect(types.filter((each) => each === type)).toHaveLength(1)
    expect([...values('index')]).toEqual([0])
  } else {
    checkResponse(events, values('item_id'))
  }
}

function checkResponse(events: readonly Wire[], itemIds: ReadonlySet<unknown>): void {
  expect(events.map((event) => event['sequence_number'])).toEqual([...events.keys()])
  const [created = {}] = events
  const last = events.at(-1)?.['response'] as Wire
  const output = last['output'] as readonly Wire[]
  expect([...itemIds]).toEqual([output[0]?.['id']])
  expect(output).toMatchObject([{ status: 'completed', content: [{ type: 'output_text', text: whole }] }])
  const { status: _s, output: _o, usage: _u, completed_at: _c, ...said } = created['response'] as Wire
  expect(last).toMatchObject(said)
}

/** Who begins: the client's own dialect, which is relayed, or another. */
function firstsOf(client: Front): readonly DialectName[] {
  return [client.name, client.name === 'openai-chat' ? 'gemini' : 'openai-chat']
}

interface Run {
  readonly course: Course
  readonly ending: Ending
  readonly outcome: Outcome
}

function run(course: Course): Run {
  const outcome = courseOf(course)
  return { course, outcome, ending: endingOf(course.front, outcome) }
}

/** Every cut behind the first content, by a deployment of the client's dialect and by the others in turn. */
function* cutsOf(
  client: Front,
  how: { readonly words: string; readonly askedBy: AskedBy; readonly bySame?: boolean },
): Generator<Run> {
  const { words, askedBy, bySame = false } = how
  for (const [at, first] of firstsOf(client).entries()) {
    const count = eventCount(client, first)
    for (let cut = 1; cut < count; cut += 1) {
      const turn = dialectNames[(cut + at) % dialectNames.length] ?? 'gemini'
      const seconds = bySame ? [client.name, turn] : [turn]
      const runs = seconds.map((second) => run({ front: client, first, cut, second, askedBy, words }))
      yield* runs.filter(({ outcome }) => outcome.textBefore !== '')
    }
  }
}

describe.each(fronts)('an answer in $name', (client) => {
  test('that broke off anywhere is whole when a prefill goes on with it', () => {
    let continued = 0
    for (const { ending, outcome } of cutsOf(client, {
      words: 'continues',
      askedBy: 'prefill',
      bySame: true,
    })) {
      if (outcome.hindrance === undefined) continued += 1
      expect(ending).toBe(outcome.hindrance === undefined || outcome.hindrance === 'done' ? 'whole' : 'error')
      expect(['its text was closed already', 'it was finished already', 'done', undefined]).toContain(
        outcome.hindrance,
      )
    }
    expect(continued).toBeGreaterThan(200)
  })

  test('that broke off anywhere is whole when a model that was asked goes on with it', () => {
    const endings = [...cutsOf(client, { words: 'continues', askedBy: 'prompt' })]
    const failed = endings.filter(
      ({ ending, outcome }) => ending === 'error' && outcome.hindrance === undefined,
    )
    expect(failed).toEqual([])
  })

  test('that is given again from the start goes on where it stopped', () => {
    for (const askedBy of ['prefill', 'prompt'] as const) {
      for (const { ending, outcome } of cutsOf(client, { words: 'restarts', askedBy })) {
        if (outcome.hindrance === undefined && outcome.textBefore.length >= 16) expect(ending).toBe('whole')
      }
    }
  })

  test('that is overlapped by 1 to 200 characters loses them, or ends with an error', () => {
    let joined = 0
    for (const [at, first] of firstsOf(client).entries()) {
      for (let overlap = 1 + at; overlap <= 200; overlap += overlap < 20 ? 1 : 2) {
        const second = dialectNames[overlap % dialectNames.length] ?? 'gemini'
        const words = `overlaps:${overlap}`
        const { ending, outcome } = run({ front: client, first, cut: 45, second, askedBy: 'prompt', words })
        expect(outcome.hindrance).toBeUndefined()
        if (overlap >= 16) expect(ending).toBe('whole')
        if (ending === 'whole') joined += 1
        else expect(outcome.fault?.kind).toBe('unjoinable')
      }
    }
    expect(joined).toBeGreaterThanOrEqual(185)
  })

  test('that is gone on with behind an apology ends with an error, or is joined where it overlaps', () => {
    for (const askedBy of ['prefill', 'prompt'] as const) {
      for (const { ending, outcome } of cutsOf(client, { words: 'apologises', askedBy })) {
        if (outcome.hindrance === undefined)
          expect([ending, outcome.fault?.kind]).toEqual(['error', 'unjoinable'])
      }
      for (const { ending, outcome } of cutsOf(client, { words: 'apologises+overlaps:60', askedBy })) {
        if (outcome.hindrance === undefined && outcome.textBefore.length >= 16) expect(ending).toBe('whole')
      }
    }
  })

  test('that breaks off twice is gone on with twice', () => {
    for (const first of firstsOf(client)) {
      for (const second of dialectNames) {
        const how = { front: client, first, second, askedBy: 'prefill', words: 'continues' } as const
        const { ending, outcome } = run({ ...how, cut: 20, cutAgain: 15 })
        expect(ending).toBe('whole')
        expect(outcome.hindrance).toBeUndefined()
      }
    }
  })
})

test('the counts are those of both: the input once, the output together', () => {
  const usage = { inputTokens: 10, cachedInputTokens: 2, outputTokens: 1, reasoningTokens: 0 }
  const rest = { inputTokens: 60, cachedInputTokens: 8, outputTokens: 30, reasoningTokens: 4 }
  expect(joinedUsage({ tokens: 40, usage }, rest)).toEqual({
    inputTokens: 10,
    cachedInputTokens: 2,
    outputTokens: 70,
    reasoningTokens: 4,
  })
  expect(joinedUsage({ tokens: 40, usage: undefined }, rest)).toEqual({
    inputTokens: 20,
    cachedInputTokens: 8,
    outputTokens: 70,
    reasoningTokens: 4,
  })
})
