// OpenAI's client, unmodified, asking for responses of a provider of every dialect: events in their order, conversations
// that go on by an id or by their items, and what is kept.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import OpenAI from 'openai'
import { ResponsesToolRunner } from 'openai/helpers/responses-tool-runner'
import { zodResponsesFunction, zodTextFormat } from 'openai/helpers/zod'
import * as z from 'zod'
import { add, asksForSum, numbers, sumsAsked } from './adding-tool.ts'
import {
  billed,
  breaks,
  expectBeginning,
  question,
  speaks,
  spoken,
  startRig,
  thinks,
  thinksOfSum,
  thought,
  unknownAt,
  upstreams,
} from './rig.ts'
import type { Rig } from './rig.ts'
import { failureOf } from '../../failure-of.ts'

let rig: Rig
let client: OpenAI

beforeAll(async () => {
  rig = await startRig()
  client = new OpenAI({ baseURL: rig.v1, apiKey: rig.key, maxRetries: 0 })
})

afterAll(() => rig[Symbol.asyncDispose]())

beforeEach(() => rig.forget())

const place = z.object({ city: z.string(), degrees: z.number() })
const somewhere = { city: 'text', degrees: 1.5 }
const adding = { type: 'function' as const, name: 'add', parameters: numbers, strict: true }

function expectBilled(usage: OpenAI.Responses.ResponseUsage | undefined): void {
  const { input, output } = billed(rig.simulator)
  expect(usage).toMatchObject({ input_tokens: input, output_tokens: output, total_tokens: input + output })
}

/** The outputs of the calls in an answer. */
function outputsFor({ output }: OpenAI.Responses.Response): OpenAI.Responses.ResponseInputItem[] {
  return output.flatMap((item) =>
    item.type === 'function_call'
      ? [
          {
            type: 'function_call_output' as const,
            call_id: item.call_id,
            output: add(JSON.parse(item.arguments)),
          },
        ]
      : [],
  )
}

/** In summaries, or in full where the model is an open one. */
function thoughtsIn({ output }: OpenAI.Responses.Response): string {
  const items = output.flatMap((item) => (item.type === 'reasoning' ? [item] : []))
  return items
    .flatMap(({ summary, content = [] }) => [...summary, ...content])
    .map(({ text }) => text)
    .join('')
}

describe.each(upstreams)('in front of %s', (_dialect, model, provider) => {
  test('create answers whole', async () => {
    rig.simulator.next(speaks)
    const answer = await client.responses.create({ model, input: question })
    expect(answer).toMatchObject({
      object: 'response',
      status: 'completed',
      error: null,
      output_text: spoken(),
    })
    expect(answer._request_id).toStartWith('call_')
    expectBilled(answer.usage)
  })

  test('create streams numbered events, in the order of their kind', async () => {
    rig.simulator.next(speaks)
    const types: string[] = []
    let [text, done] = ['', '']
    let last: OpenAI.Responses.Response | undefined
    for await (const event of await client.responses.create({ model, input: question, stream: true })) {
      expect(event.sequence_number).toBe(types.length)
      types.push(event.type)
      if (event.type === 'response.output_text.delta') text += event.delta
      if (event.type === 'response.output_text.done') done = event.text
      if (event.type === 'response.completed') last = event.response
    }
    expect([text, done]).toEqual([spoken(), spoken()])
    expect(types.filter((type, index) => type !== types[index - 1])).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ])
    expectBilled(last?.usage)
  })

  test('its stream helper gathers the response', async () => {
    rig.simulator.next(speaks)
    const stream = client.responses.stream({ model, input: question })
    let snapshot = ''
    stream.on('response.output_text.delta', (event) => (snapshot = event.snapshot))
    const response = await stream.finalResponse()
    expect([snapshot, response.output_text]).toEqual([spoken(), spoken()])
    expectBilled(response.usage)
  })

  test('an answer that is cut by its limit is incomplete', async () => {
    rig.simulator.next(speaks)
    const answer = await client.responses.create({ model, input: question, max_output_tokens: 16 })
    expect(answer).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    })
    expectBilled(answer.usage)
  })

  test('parse gives an object of the schema, whole and streamed, and parsed arguments', async () => {
    const text = { format: zodTextFormat(place, 'place') }
    const whole = await client.responses.parse({ model, input: question, text })
    expect(whole.output_parsed).toEqual(somewhere)
    const stream = client.responses.stream({ model, input: question, text })
    expect((await stream.finalResponse()).output_parsed).toEqual(somewhere)
    const tools = [zodResponsesFunction({ name: 'look_up', parameters: place })]
    const called = await client.responses.parse({ model, input: question, tools })
    expect(called.output).toMatchObject([{ type: 'function_call', parsed_arguments: somewhere }])
  })

  test.each([true, false])(
    'a call of a function is answered, by the id of the response: %p',
    async (byId) => {
      rig.simulator.next(asksForSum, speaks)
      const asked = { model, tools: [adding], store: byId }
      const first = await client.responses.create({ ...asked, input: question })
      const outputs = outputsFor(first)
      expect(sumsAsked()).toEqual(['2+3'])
      const second = await client.responses.create(
        byId
          ? { ...asked, previous_response_id: first.id, input: outputs }
          : {
              ...asked,
              input: [
                { role: 'user', content: question },
                ...(first.output as OpenAI.Responses.ResponseInput),
                ...outputs,
              ],
            },
      )
      expect(second.output_text).toBe(spoken(question, '5'))
    },
  )

  test.each([true, false])('thoughts are heard, and go back with outputs, by the id: %p', async (byId) => {
    rig.simulator.next(thinksOfSum, thinks)
    const asked = {
      model,
      tools: [adding],
      store: byId,
      reasoning: { effort: 'medium' as const, summary: 'auto' as const },
      include: ['reasoning.encrypted_content' as const],
    }
    const first = await client.responses.stream({ ...asked, input: question }).finalResponse()
    expect(thoughtsIn(first)).toBe(thought)
    const input = byId
      ? outputsFor(first)
      : [
          { role: 'user' as const, content: question },
          ...(first.output as OpenAI.Responses.ResponseInput),
          ...outputsFor(first),
        ]
    const previous = byId ? { previous_response_id: first.id } : {}
    const second = await client.responses.create({ ...asked, ...previous, input })
    expect(thoughtsIn(second)).toBe(thought)
    expect(second.output_text).toBe(spoken(question, '5'))
    expect(sumsAsked()).toEqual(['2+3'])
  })

  test('streamed arguments of two calls are kept apart', async () => {
    const calls = ['{"a":1,"b":20}', '{"a":300,"b":4}'].map((text) => ({ name: 'add', arguments: text }))
    rig.simulator.next({ answer: { toolCalls: calls, parallelTools: true } })
    const stream = client.responses.stream({ model, input: question, tools: [adding] })
    const pieces = new Map<string, string>()
    stream.on('response.function_call_arguments.delta', (event) => {
      pieces.set(event.item_id, (pieces.get(event.item_id) ?? '') + event.delta)
    })
    const { output } = await stream.finalResponse()
    const made = output.flatMap((item) => (item.type === 'function_call' ? [item] : []))
    const wanted = [
      { a: 1, b: 20 },
      { a: 300, b: 4 },
    ]
    expect(made.map((call): unknown => JSON.parse(call.arguments))).toEqual(wanted)
    expect(made.map((call): unknown => JSON.parse(pieces.get(call.id ?? '') ?? ''))).toEqual(wanted)
    expect(new Set(made.map((call) => call.call_id)).size).toBe(2)
  })

  test.each([false, true])('its tool runner runs to the end, streaming: %p', async (stream) => {
    rig.simulator.next(asksForSum, speaks)
    const execute = (given: Record<string, unknown>): string => add(given as { a: number; b: number })
    const runner = new ResponsesToolRunner({ functions: [{ tool: adding, execute }] })
    const last = await runner.run(client, { model, input: question }, { stream })
    expect(last.output_text).toBe(spoken(question, '5'))
    expect(sumsAsked()).toEqual(['2+3'])
  })

  test('a conversation goes on by the id of the response before, streamed too', async () => {
    rig.simulator.next(speaks, speaks, speaks)
    const first = await client.responses.create({ model, input: question })
    const asked = { model, previous_response_id: first.id, input: 'And then?' }
    const expected = spoken(question, spoken(), 'And then?')
    const second = await client.responses.create(asked)
    expect(second).toMatchObject({ previous_response_id: first.id, output_text: expected })
    const again = await client.responses.stream(asked).finalResponse()
    expect(again).toMatchObject({ previous_response_id: first.id, output_text: expected })
    expect(again.id).not.toBe(second.id)
  })

  test('what is kept is retrieved, listed and deleted; what is not is not there', async () => {
    rig.simulator.next(speaks, speaks, speaks)
    const whole = await client.responses.create({ model, input: question })
    const streamed = await client.responses.stream({ model, input: question }).finalResponse()
    for (const { id } of [whole, streamed]) {
      const kept = await client.responses.retrieve(id)
      expect(kept).toMatchObject({ id, status: 'completed', output_text: spoken() })
      const items = await Array.fromAsync(client.responses.inputItems.list(id))
      expect(items).toMatchObject([
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: question }] },
      ])
      await client.responses.delete(id)
      const gone = await failureOf(() => client.responses.retrieve(id))
      expect(gone).toBeInstanceOf(OpenAI.NotFoundError)
    }
    const { id } = await client.responses.create({ model, input: question, store: false })
    expect(await failureOf(() => client.responses.retrieve(id))).toBeInstanceOf(OpenAI.NotFoundError)
  })

  test('the beta of the same answers too', async () => {
    rig.simulator.next(speaks)
    const answer = await client.beta.responses.create({ model, input: question })
    expect(answer.output).toMatchObject([{ type: 'message', content: [{ text: spoken() }] }])
  })

  test('what is not there is NotFoundError, whoever says so', async () => {
    for (const missing of [unknownAt(provider), `${provider}s/m`]) {
      for (const stream of [false, true]) {
        const failure = await failureOf(() =>
          client.responses.create({ model: missing, input: question, stream }),
        )
        expect(failure).toBeInstanceOf(OpenAI.NotFoundError)
      }
    }
  })

  test('what breaks in the middle of a stream is raised after its words', async () => {
    rig.simulator.next(breaks, breaks)
    let text = ''
    const asked = { model, input: question }
    const failure = await failureOf(async () => {
      for await (const event of await client.responses.create({ ...asked, stream: true })) {
        if (event.type === 'response.output_text.delta') text += event.delta
      }
    })
    expect(failure).toBeInstanceOf(OpenAI.APIError)
    expect(failure).toMatchObject({ code: 'stream_interrupted', requestID: expect.stringMatching(/^call_/u) })
    expectBeginning(text)
    expect(await failureOf(() => client.responses.stream(asked).finalResponse())).toBeInstanceOf(Error)
  })
})
