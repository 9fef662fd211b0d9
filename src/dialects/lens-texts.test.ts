import { describe, expect, test } from 'bun:test'
import { bodyOf, clientLenses, latin1, meaningOf, richRequests } from '../../test/lens-cases.ts'
import { transcriptsOf } from '../../test/transcripts.ts'
import { doors } from './doors.ts'
import { readJsonBody } from './json-body.ts'
import type { Lens, Saying } from './lens.ts'

const { chat, responses, messages, generate, embeddings } = doors

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
    for (const { name, lens } of clientLenses) {
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
