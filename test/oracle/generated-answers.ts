// Answers that nobody wrote: thoughts, text and tool calls in any number and order that models speak in, cut into pieces
// at will, with counts that can be true.
import fc from 'fast-check'
import type { AnswerEvent, FinishReason } from '../../src/core/answer-event.ts'
import { dialectNames } from '../../src/core/model-request.ts'

type Events = readonly AnswerEvent[]

const words = fc.string({ unit: 'grapheme', maxLength: 12 })

const spoken = (kind: 'text-delta' | 'reasoning-delta'): fc.Arbitrary<Events> =>
  fc
    .array(words, { minLength: 1, maxLength: 4 })
    .map((pieces) => pieces.map((text) => ({ kind, choice: 0, text })))

const seal = fc
  .record({ seal: fc.base64String({ minLength: 4, maxLength: 24 }), from: fc.constantFrom(...dialectNames) })
  .map((sealed) => ({ kind: 'reasoning-seal' as const, choice: 0, redacted: false, ...sealed }))

const thought: fc.Arbitrary<Events> = fc
  .tuple(spoken('reasoning-delta'), fc.option(seal, { nil: undefined }))
  .map(([deltas, sealed]) => (sealed === undefined ? deltas : [...deltas, sealed]))

const hidden: fc.Arbitrary<Events> = seal.map((sealed) => [{ ...sealed, redacted: true }])

interface Call {
  readonly name: string
  readonly pieces: readonly string[]
}

/** The SDK takes these names of members for an attack, and fails the whole answer. */
const argument = fc
  .jsonValue({ maxDepth: 2 })
  .filter((value) => !/"__proto__":|"constructor":\{(?:.*,)?"prototype":/u.test(JSON.stringify(value)))

const call: fc.Arbitrary<Call> = fc.record({
  name: fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/),
  pieces: fc
    .tuple(
      fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), argument, { maxKeys: 3 }),
      fc.integer({ min: 1, max: 7 }),
    )
    .map(([value, size]) => cut(JSON.stringify(value), size)),
})

function cut(text: string, size: number): readonly string[] {
  const pieces: string[] = []
  for (let at = 0; at < text.length; at += size) pieces.push(text.slice(at, at + size))
  return pieces
}

const calls: fc.Arbitrary<Events> = fc
  .tuple(fc.array(call, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([list, takesTurns]) => {
    const begun = list.map(({ name }, index) => begin(name, index))
    const more = list.map(({ pieces }, index) => pieces.map((text) => goOn(text, index)))
    if (!takesTurns) return begun.flatMap((first, index) => [first, ...(more[index] ?? [])])
    const longest = Math.max(...more.map((deltas) => deltas.length))
    const rounds = Array.from({ length: longest }, (_, at) => more.flatMap((deltas) => deltas[at] ?? []))
    return [...begun, ...rounds.flat()]
  })

function begin(name: string, index: number): AnswerEvent {
  return { kind: 'tool-call', choice: 0, call: index, id: `call_${index}x`, name }
}

function goOn(text: string, index: number): AnswerEvent {
  return { kind: 'tool-call-delta', choice: 0, call: index, text }
}

const usage = fc
  .tuple(fc.nat(1000), fc.nat(1000), fc.nat(1000), fc.nat(1000), fc.nat(1000))
  .map(([plain, cached, written, said, thoughtOf]) => ({
    kind: 'usage' as const,
    usage: {
      inputTokens: plain + cached + written,
      cachedInputTokens: cached,
      cacheWriteTokens: written,
      outputTokens: said + thoughtOf,
      reasoningTokens: thoughtOf,
    },
  }))

const reasons: readonly FinishReason[] = ['stop', 'stop-text', 'length', 'content-filter', 'context-full']

/** What Gemini and Responses can say as well: an answer with calls ends because of them, or is cut. */
const endings = (hasCalls: boolean): fc.Arbitrary<FinishReason> =>
  hasCalls ? fc.constantFrom('tool-calls', 'tool-calls', 'length') : fc.constantFrom(...reasons)

export const generatedAnswer: fc.Arbitrary<Events> = fc
  .tuple(
    fc.array(fc.oneof(thought, spoken('text-delta')), { maxLength: 4 }),
    fc.option(hidden, { nil: [] }),
    fc.option(calls, { nil: [], freq: 2 }),
    usage,
  )
  .chain(([blocks, redacted, called, counts]) =>
    endings(called.length > 0).map((reason): Events => [
      { kind: 'start', id: 'resp_1', model: 'm-1' },
      ...redacted,
      ...blocks.flat(),
      ...called,
      counts,
      { kind: 'finish', choice: 0, reason, native: '' },
      { kind: 'end' },
    ]),
  )
