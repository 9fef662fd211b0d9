import { describe, expect, test } from 'bun:test'

import type { ModelRequest, Turn } from '../../core/model-request.ts'

import { assistant, base, hello, schema, tool, wishes, write } from '../../../test/messages-requests.ts'
import { writeRequest } from './write-request.ts'

describe('the settings of a request for the Messages API', () => {
  test('settings without a place are listed once, and only if they ask for something', () => {
    const { dropped } = write({
      seed: 1,
      choices: 1,
      logprobs: false,
      frequencyPenalty: 0,
      logitBias: {},
      modalities: ['text'],
      minP: 0.1,
      serviceTier: 'flex',
      temperature: 1.5,
      stop: [' '],
      toolChoice: { kind: 'any' },
    })
    expect(dropped).toEqual(
      (['minP', 'seed', 'toolChoice', 'temperature', 'stop', 'serviceTier'] as const).map((setting) => ({
        setting,
      })),
    )
  })

  test('foreign tools of others and tools that take text are named', () => {
    const { body, dropped } = write({
      tools: [
        tool,
        { kind: 'custom', name: 'c' },
        { kind: 'foreign', from: 'gemini', path: 'tools[0].googleSearch', value: {} },
        {
          kind: 'foreign',
          from: 'anthropic-messages',
          path: 'x',
          value: { type: 'bash_20250124', name: 'bash' },
        },
      ],
      parallelTools: false,
    })
    expect(body['tools']).toEqual([
      { name: 'f', input_schema: schema },
      { type: 'bash_20250124', name: 'bash' },
    ])
    expect(body['tool_choice']).toEqual({ type: 'auto', disable_parallel_tool_use: true })
    expect(dropped).toEqual([{ path: 'tools[1]' }, { path: 'tools[0].googleSearch' }])
  })

  test('a schema is written as this API knows it', () => {
    const { body, formatTool } = write({ format: { kind: 'schema', name: 'n', schema } })
    expect(body['output_config']).toEqual({ format: { type: 'json_schema', schema } })
    expect(formatTool).toBeUndefined()
  })

  test('a forced tool stands in for a schema that the model does not know', () => {
    const { body, formatTool } = write(
      { format: { kind: 'schema', name: 'my answer', schema, description: 'Colours.' } },
      { jsonSchema: false },
    )
    expect(formatTool).toBe('my_answer')
    expect(body).toMatchObject({
      tools: [{ name: 'my_answer', input_schema: schema, description: expect.stringContaining('Colours.') }],
      tool_choice: { type: 'tool', name: 'my_answer', disable_parallel_tool_use: true },
    })
  })

  test('beside tools of the client the model may call either', () => {
    const { body, formatTool } = write(
      { tools: [tool], format: { kind: 'schema', name: 'f', schema } },
      { jsonSchema: false },
    )
    expect(formatTool).toBe('f_')
    expect(body['tool_choice']).toEqual({ type: 'any' })
  })

  test('a schema that is no object cannot be the arguments of a tool', () => {
    const format = { kind: 'schema', name: 'n', schema: { type: 'array' } } as const
    expect(write({ format }, { jsonSchema: false }).dropped).toEqual([{ setting: 'format' }])
  })

  const enabled = (budget_tokens: number) => ({ thinking: { type: 'enabled', budget_tokens } })

  test.each<[Partial<ModelRequest>, Record<string, unknown>]>([
    [{ reasoning: { effort: 'none' } }, { max_tokens: 4096, thinking: { type: 'disabled' } }],
    [{ reasoning: { budgetTokens: 0 } }, { thinking: { type: 'disabled' } }],
    [{ reasoning: { effort: 'minimal' } }, { max_tokens: 5120, ...enabled(1024) }],
    [{ reasoning: { effort: 'adaptive' } }, { max_tokens: 12_288, ...enabled(8192) }],
    [{ reasoning: { show: true } }, { thinking: { ...enabled(8192).thinking, display: 'summarized' } }],
    [
      { reasoning: { effort: 'max' }, maxTokens: 64_000 },
      { max_tokens: 64_000, ...enabled(24_576) },
    ],
    [{ reasoning: { budgetTokens: 10 }, maxTokens: 2000 }, enabled(1024)],
    [{ reasoning: { budgetTokens: 9000 } }, { max_tokens: 13_096, ...enabled(9000) }],
    [
      { reasoning: { budgetTokens: 9000 }, maxTokens: 4096 },
      { max_tokens: 4096, ...enabled(2048) },
    ],
  ])('%j is written with a budget: %j', (members, expected) => {
    const { body, dropped } = write(members)
    expect(body).toMatchObject(expected)
    expect(body['output_config']).toBeUndefined()
    expect(dropped).toEqual([])
  })

  test.each<[Partial<ModelRequest>, Record<string, unknown>]>([
    [{ reasoning: { effort: 'none' } }, { thinking: { type: 'disabled' } }],
    [
      { reasoning: { effort: 'minimal' } },
      { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } },
    ],
    [{ reasoning: { effort: 'xhigh' } }, { output_config: { effort: 'xhigh' } }],
    [{ reasoning: { budgetTokens: 9000 } }, { max_tokens: 4096, output_config: { effort: 'medium' } }],
  ])('%j is written with an effort: %j', (members, expected) => {
    for (const more of [{ thinking: 'adaptive' }, { model: 'claude-sonnet-5' }] as const) {
      const { body, dropped } = write(members, more)
      expect(body).toMatchObject(expected)
      expect(dropped).toEqual([])
    }
  })

  test('an adaptive thought has no effort of its own', () => {
    const { body } = write({ reasoning: { effort: 'adaptive', show: false } }, { thinking: 'adaptive' })
    expect(body['thinking']).toEqual({ type: 'adaptive', display: 'omitted' })
    expect(body['output_config']).toBeUndefined()
  })

  test('a model that always thinks is asked to think little', () => {
    const { body, dropped } = write({ reasoning: { effort: 'none' } }, { model: 'claude-fable-5' })
    expect(body).toMatchObject({ output_config: { effort: 'low' } })
    expect(body['thinking']).toBeUndefined()
    expect(dropped).toEqual([{ setting: 'reasoning' }])
  })

  const called = { kind: 'tool-call', id: 'a', name: 'f', arguments: '{}' } as const
  const answered: Turn = { role: 'tool', parts: [{ kind: 'tool-result', callId: 'a', parts: [] }] }

  test.each<[string, Partial<ModelRequest>]>([
    ['a bound that leaves no room for it', { maxTokens: 1500, reasoning: { budgetTokens: 2000 } }],
    [
      'a forced tool',
      { tools: [tool], toolChoice: { kind: 'tool', name: 'f' }, reasoning: { effort: 'high' } },
    ],
    ['an effort that nobody knows', { reasoning: { effort: 'heroic' } }],
    [
      'tools called without a thought',
      { turns: [hello, assistant(called), answered], reasoning: { effort: 'low' } },
    ],
  ])('thinking gives way to %s, and the client is told', (_what, members) => {
    const { body, dropped } = write(members)
    expect(body['thinking']).toBeUndefined()
    expect(dropped).toEqual([{ setting: 'reasoning' }])
  })

  test('tools called after a thought let it go on', () => {
    const thought = { kind: 'reasoning', text: 'hm', seal: 'S', from: 'anthropic-messages' } as const
    const turns = [hello, assistant(thought, called), answered]
    expect(write({ turns, reasoning: { effort: 'low' } }).body['thinking']).toBeDefined()
    const unthought = [hello, assistant(called), answered]
    const { body } = write({ turns: unthought, reasoning: { effort: 'low' } }, { thinking: 'adaptive' })
    expect(body['thinking']).toEqual({ type: 'adaptive' })
  })

  test('sampling gives way to thinking', () => {
    const { body, dropped } = write({ reasoning: { effort: 'low' }, temperature: 0.5, topP: 0.96, topK: 5 })
    expect(body['top_p']).toBe(0.96)
    expect(body['temperature']).toBeUndefined()
    expect(dropped).toEqual([{ setting: 'temperature' }, { setting: 'topK' }])
  })

  test('models that think by effort take no sampling', () => {
    const { body, dropped } = write({ temperature: 0.5, topP: 0.96, topK: 5 }, { model: 'claude-opus-4-7' })
    expect(Object.keys(body)).toEqual(['model', 'max_tokens', 'messages'])
    expect(dropped).toEqual([{ setting: 'temperature' }, { setting: 'topP' }, { setting: 'topK' }])
    expect(write({ temperature: 1, topP: 1 }, { thinking: 'adaptive' }).dropped).toEqual([])
  })

  test('models that sample one way keep the temperature', () => {
    const asked = { temperature: 0.5, topP: 0.9 }
    const { body, dropped } = write(asked, { model: 'claude-sonnet-4-5' })
    expect(body).toMatchObject({ temperature: 0.5 })
    expect(body['top_p']).toBeUndefined()
    expect(dropped).toEqual([{ setting: 'topP' }])
    expect(write(asked, { model: 'claude-3-haiku-20240307' }).body).toMatchObject({ top_p: 0.9 })
  })

  test('what is written shares nothing that it changed', () => {
    const request: ModelRequest = Object.freeze({
      ...base,
      tools: Object.freeze([Object.freeze({ ...tool })]),
    })
    expect(() => writeRequest(request, wishes)).not.toThrow()
  })
})
