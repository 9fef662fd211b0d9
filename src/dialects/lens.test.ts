import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { richRequests, withValueAt } from '../../test/lens-cases.ts'
import { transcriptsOf } from '../../test/transcripts.ts'
import { doors } from './doors.ts'
import { readJsonBody, SplicedBody } from './json-body.ts'
import type { JsonBody, Splice } from './json-body.ts'
import { splicedEvent, textSplice } from './lens.ts'
import type { EventMeaning, Lens, Saying } from './lens.ts'

const { chat, responses, messages, generate, embeddings } = doors
const lenses = [
  { name: 'openai-chat', lens: chat.lens },
  { name: 'openai-responses', lens: responses.lens },
  { name: 'anthropic-messages', lens: messages.lens },
  { name: 'gemini', lens: generate.lens },
] as const

const spaces = fc.constantFrom(undefined, 1, '\t')
const anyText = fc.string({ unit: 'binary' })

function bodyOf(value: unknown, space?: number | string): JsonBody {
  return readJsonBody(Buffer.from(JSON.stringify(value, undefined, space)))
}

function spliced({ bytes }: JsonBody, splices: readonly Splice[]): string {
  const body = new SplicedBody(bytes, splices)
  const target = Buffer.alloc(body.byteLength)
  body.writeInto(target, 0)
  return target.toString('latin1')
}

/** What is left of a text without these spans. */
function around(text: string, spans: readonly { readonly start: number; readonly end: number }[]): string {
  return splicedEvent(
    text,
    spans.map(({ start, end }) => ({ start, end, text: '' })),
  )
}

/** As an event's bytes are read. */
function latin1(text: string): string {
  return Buffer.from(text).toString('latin1')
}

function parsed(latin1Text: string): unknown {
  return JSON.parse(Buffer.from(latin1Text, 'latin1').toString())
}

function meaningOf(lens: Lens, value: unknown, name = ''): EventMeaning {
  const meaning = lens.event(latin1(JSON.stringify(value)), name)
  if (meaning === undefined) throw new Error('It was taken for no event.')
  return meaning
}

function requestsOf(name: string): readonly unknown[] {
  return [richRequests[name], ...transcriptsOf(name).map(({ request }) => request)]
}

describe.each(lenses)('the lens of $name', ({ name, lens }) => {
  const requests = requestsOf(name)

  test('changes exactly the texts of a request that are to be changed, and no byte around them', () => {
    fc.assert(
      fc.property(fc.constantFrom(...requests), spaces, fc.func(fc.option(anyText)), (value, space, pick) => {
        const body = bodyOf(value, space)
        const changes = lens.texts(body).flatMap((segment, index) => {
          const text = pick(index)
          return text === null ? [] : [{ segment, text }]
        })
        const result = spliced(
          body,
          changes.map(({ segment, text }) => textSplice(segment, text)),
        )
        const wanted = changes.reduce((sum, { segment, text }) => withValueAt(sum, segment.path, text), value)
        expect(parsed(result)).toEqual(wanted)
        const spans = changes.map(({ segment }) => segment)
        const after = lens.texts(readJsonBody(Buffer.from(result, 'latin1')))
        const changed = after.filter(({ path }) => spans.some((segment) => segment.path === path))
        expect(around(result, changed)).toBe(around(body.latin1, spans))
      }),
      { numRuns: 60 },
    )
  })

  test('puts back a text as it was without changing what the request says', () => {
    for (const value of requests) {
      const body = bodyOf(value)
      const splices = lens.texts(body).map((segment) => textSplice(segment, segment.text))
      expect(parsed(spliced(body, splices))).toEqual(value)
    }
  })

  test('changes exactly one text of an event, and no byte around it', () => {
    const events = transcriptsOf(name).flatMap(({ stream }) => stream.filter(({ data }) => data !== '[DONE]'))
    const texts = events.flatMap((event) =>
      (lens.event(latin1(event.data), event.name)?.texts ?? []).map((saying) => ({ event, saying })),
    )
    fc.assert(
      fc.property(fc.constantFrom(...texts), anyText, ({ event, saying }, text) => {
        const before = latin1(event.data)
        const after = splicedEvent(before, [textSplice(saying, text)])
        expect(parsed(after)).toEqual(withValueAt(JSON.parse(event.data), saying.path, text))
        expect(after.startsWith(before.slice(0, saying.start))).toBe(true)
        expect(after.endsWith(before.slice(saying.end))).toBe(true)
        const again = lens.event(after, event.name)?.texts.find(({ start }) => start === saying.start)
        expect(again?.text).toBe(text)
      }),
      { numRuns: 100 },
    )
  })

  test('finds in streams and whole answers what the translation finds', () => {
    for (const { stream, whole, events } of transcriptsOf(name)) {
      const meanings =
        whole === undefined
          ? stream.flatMap((event) => lens.event(latin1(event.data), event.name) ?? [])
          : [meaningOf(lens, whole)]
      const says = (mark: string): boolean =>
        meanings.some((meaning) => [...meaning.says].some((one) => one === mark))
      const tells = (kind: string): boolean => events.some((event) => event.kind === kind)
      expect(says('text')).toBe(tells('text-delta') || events.some((event) => 'transcript' in event))
      expect(says('refusal')).toBe(tells('refusal-delta'))
      expect(says('reasoning')).toBe(tells('reasoning-delta'))
      if (tells('usage')) expect(says('usage')).toBe(true)
      if (tells('error')) expect(says('error')).toBe(true)
    }
  })

  test('throws for nothing that a request or an event can be, and finds nothing in it that is no string', () => {
    const names = [...JSON.stringify(requests).matchAll(/"(\w+)":/g)].map((found) => found[1] ?? '')
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(null, 1, true, '', 'text', 'data:x', 'tool_result', 'base64'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...new Set(names)), tie('value'), { maxKeys: 5 }),
      ),
    }))
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...new Set(names)), value, { maxKeys: 6 }), (body) => {
        const read = bodyOf(body)
        for (const { path, text } of lens.texts(read)) expect(withValueAt(body, path, text)).toEqual(body)
        for (const { start, end } of lens.media(read)) expect(read.latin1.slice(start, end)).toMatch(/^".*"$/)
        for (const { path, text } of meaningOf(lens, body).texts) {
          expect(withValueAt(body, path, text)).toEqual(body)
        }
      }),
      { numRuns: 150 },
    )
  })

  test('takes no event for one that is not JSON, not an object, or nested beyond reason', () => {
    for (const text of [
      '',
      '[DONE]',
      '[{}]',
      '"x"',
      '{"a":',
      '{"a":1}}',
      `{"a":${'['.repeat(600)}${']'.repeat(600)}}`,
    ]) {
      expect(lens.event(text, '')).toBeUndefined()
    }
  })

  test('sees a request at the deepest nesting that is let in', () => {
    const deep = `${'{"content":['.repeat(31)}${']}'.repeat(31)}`
    for (const member of ['messages', 'input', 'contents', 'tools']) {
      expect(() => lens.texts(readJsonBody(Buffer.from(`{"${member}":${deep}}`)))).not.toThrow()
    }
  })

  test('reads 200 kB in less than two milliseconds', () => {
    const [list, entries] =
      Object.entries(richRequests[name] ?? {}).find(([, value]) => Array.isArray(value)) ?? []
    if (list === undefined || !Array.isArray(entries)) throw new Error('A request without a list.')
    const first: unknown = entries[0]
    const many = JSON.stringify(first).replace(
      /Be brief[^"]*|Hello|Look[^"]*/,
      'words of a long chat, '.repeat(80),
    )
    const count = Math.ceil(200_000 / many.length)
    const body = readJsonBody(
      Buffer.from(`{"${list}":[${Array.from({ length: count }, () => many).join()}]}`),
    )
    const tookMs = Array.from({ length: 15 }, () => {
      const startMs = performance.now()
      expect(lens.texts(body).length).toBeGreaterThanOrEqual(count)
      return performance.now() - startMs
    })
    expect(Math.min(...tookMs)).toBeLessThan(2)
  })
})

/** A body's texts as short lines. */
function lines(lens: Lens, value: unknown): readonly string[] {
  return lens.texts(bodyOf(value)).map(({ role, kind, path, text }) => `${role} ${kind} ${path}: ${text}`)
}

describe('the texts of a request', () => {
  test('are those of its messages, calls and results for chat', () => {
    expect(lines(chat.lens, richRequests['openai-chat'])).toEqual([
      'system text messages[0].content: Be brief – and “kind”.',
      'user text messages[1].content[0].text: Look:\n\t"quoted" \\ Zoë 👋',
      'assistant refusal messages[2].refusal: I would rather not.',
      'assistant reasoning messages[2].reasoning_content: Hm.',
      'assistant reasoning messages[2].reasoning_details[0].text: Hm.',
      'assistant arguments messages[2].tool_calls[0].function.arguments: {"city":"Oslo"}',
      'assistant arguments messages[2].tool_calls[1].custom.input: SELECT 1',
      'tool text messages[3].content: Rain.',
      'tool text messages[4].content[0].text: 1',
      'system definition tools[0].function.description: The weather.',
      'system definition tools[0].function.parameters.properties.description.description: What it says.',
      'assistant text prediction.content: Probably this.',
    ])
  })

  test('are those of its instructions and items for Responses', () => {
    expect(lines(responses.lens, richRequests['openai-responses'])).toEqual([
      'system text instructions: Be brief.',
      'user text input[0].content: Hello',
      'user text input[1].content[0].text: Look – Zoë 👋',
      'assistant reasoning input[2].summary[0].text: Hm.',
      'assistant refusal input[3].content[0].refusal: No.',
      'assistant arguments input[4].arguments: {"city":"Oslo"}',
      'tool text input[5].output: Rain.',
      'assistant arguments input[6].input: SELECT 1',
      'tool text input[7].output[0].text: 1',
      'system definition tools[0].description: The weather.',
      'system definition tools[0].parameters.properties.description.description: What it says.',
    ])
    expect(lines(responses.lens, { model: 'm', input: 'Hi' })).toEqual(['user text input: Hi'])
  })

  test('are those of its blocks, whatever holds them, for Messages', () => {
    expect(lines(messages.lens, richRequests['anthropic-messages'])).toEqual([
      'system text system[0].text: Be brief.',
      'user text messages[0].content: Hello',
      'user text messages[1].content[0].text: Look – Zoë 👋',
      'user text messages[1].content[2].title: A',
      'user text messages[1].content[2].source.data: Plain.',
      'user text messages[1].content[4].source.content[0].text: In blocks.',
      'assistant reasoning messages[2].content[0].thinking: Hm.',
      'assistant arguments messages[2].content[1].input.city: Oslo',
      'assistant arguments messages[2].content[1].input.deep[0].größe: XL',
      'tool text messages[3].content[0].content[0].text: Rain.',
      'tool text messages[3].content[1].content: Sun.',
      'system definition tools[0].description: The weather.',
      'system definition tools[0].input_schema.properties.description.description: What it says.',
    ])
  })

  test('are those of its parts, in either spelling, for Gemini', () => {
    const wanted = [
      'system text system_instruction.parts.text: Be brief.',
      'user text contents[0].parts[0].text: Look – Zoë 👋',
      'assistant reasoning contents[1].parts[0].text: Hm.',
      'assistant arguments contents[1].parts[1].functionCall.args.city: Oslo',
      'tool text contents[2].parts[0].functionResponse.response.output: Rain.',
      'system definition tools[0].functionDeclarations[0].description: The weather.',
      'system definition tools[0].functionDeclarations[0].parametersJsonSchema.properties.description.description: What it says.',
    ]
    expect(lines(generate.lens, richRequests['gemini'])).toEqual(wanted)
    const inner = { generateContentRequest: richRequests['gemini'] }
    expect(lines(generate.lens, inner)).toEqual(
      wanted.map((line) => line.replace(/^(\w+ \w+ )/, '$1generateContentRequest.')),
    )
  })

  test('are the inputs of an embeddings request, and none of its tokens', () => {
    expect(lines(embeddings.lens, { model: 'm', input: ['a', 'b', [1, 2]] })).toEqual([
      'user text input[0]: a',
      'user text input[1]: b',
    ])
  })

  test('are read with control characters that stand bare in them, and in names', () => {
    const json =
      '{"messages":[{"role":"assistant","content":"a\nb","tool_calls":[{"function":{"arguments":{"x\\u0041\ty":"é"}}}]}]}'
    const found = chat.lens.texts(readJsonBody(Buffer.from(json)))
    expect(found.map(({ text }) => text)).toEqual(['a\nb', 'é'])
    expect(found[1]?.path).toEndWith('xA\ty')
  })

  test('that stand twice under one name are both seen', () => {
    const body = readJsonBody(Buffer.from('{"messages":[{"role":"user","content":"a","content":"b"}]}'))
    expect(chat.lens.texts(body).map(({ text }) => text)).toEqual(['a', 'b'])
  })
})

describe('an event', () => {
  test('means what it says, and an empty text means nothing', () => {
    const chunk = (choice: object, rest = {}): readonly string[] => [
      ...meaningOf(chat.lens, { choices: [{ index: 0, ...choice }], ...rest }).says,
    ]
    expect(
      chunk({ delta: { role: 'assistant', content: '' }, finish_reason: null }, { usage: null }),
    ).toEqual([])
    expect(chunk({ delta: { content: 'a' } })).toEqual(['text'])
    expect(chunk({ delta: { reasoning: 'a' } })).toEqual(['reasoning'])
    expect(chunk({ delta: { refusal: 'a' } })).toEqual(['refusal'])
    expect(chunk({ delta: { tool_calls: [{ index: 1, function: { arguments: '{' } }] } })).toEqual([
      'arguments',
    ])
    expect(chunk({ delta: {}, finish_reason: 'stop' }, { usage: { prompt_tokens: 1 } })).toEqual([
      'finish',
      'usage',
    ])
    expect([...meaningOf(chat.lens, { error: { message: 'x' } }).says]).toEqual(['error'])
    const unspecified = { candidates: [{ finishReason: 'FINISH_REASON_UNSPECIFIED' }] }
    expect([...meaningOf(generate.lens, unspecified).says]).toEqual([])
    expect([...meaningOf(generate.lens, { promptFeedback: { blockReason: 'SAFETY' } }).says]).toEqual([
      'finish',
    ])
  })

  test('is known by its name where its type is missing', () => {
    expect([...meaningOf(messages.lens, { message: 'x' }, 'error').says]).toEqual(['error'])
    const piece = meaningOf(responses.lens, { output_index: 0, delta: 'a' }, 'response.refusal.delta')
    expect([...piece.says]).toEqual(['refusal'])
  })

  test('has lanes that keep the texts of choices and calls apart', () => {
    const said = { content: 'a', tool_calls: [{ index: 1, function: { arguments: '{' } }] }
    const lanes = meaningOf(chat.lens, { choices: [{ index: 2, delta: said }] }).texts.map(({ lane }) => lane)
    expect(lanes).toEqual(['text index=2', 'arguments index=2 index=1'])
  })
})

describe('the pieces of a lane', () => {
  test.each([
    { name: 'openai-responses', lens: responses.lens },
    { name: 'anthropic-messages', lens: messages.lens },
  ])('are the whole text that is said at their end: $name', ({ name, lens }) => {
    let compared = 0
    for (const { stream } of transcriptsOf(name)) {
      const pieces = new Map<string, string>()
      const texts = stream.flatMap(
        (event): readonly Saying[] => lens.event(latin1(event.data), event.name)?.texts ?? [],
      )
      for (const { lane, whole, text } of texts) {
        const before = pieces.get(lane)
        if (!whole) pieces.set(lane, (before ?? '') + text)
        else if (before !== undefined && before !== '') {
          expect({ lane, text }).toEqual({ lane, text: before })
          compared += 1
        }
      }
    }
    if (name === 'openai-responses') expect(compared).toBeGreaterThan(20)
  })

  test('are what the translation joins', () => {
    for (const { name, lens } of lenses) {
      for (const { stream, events } of transcriptsOf(name)) {
        if (stream.length === 0) continue
        const texts = stream.flatMap(
          (event): readonly Saying[] => lens.event(latin1(event.data), event.name)?.texts ?? [],
        )
        const said = texts.filter(
          ({ kind, role, whole }) => kind === 'text' && role === 'assistant' && !whole,
        )
        const wanted = events.flatMap((event) => (event.kind === 'text-delta' ? [event.text] : []))
        const joined = said.map(({ text }) => text).join('')
        if (joined !== '') expect(joined).toBe(wanted.join(''))
      }
    }
  })
})
