import { describe, expect, test } from 'bun:test'
import { isObject } from '../json-object.ts'
import { openaiResponses as codec } from './codec.ts'
import { inputItemsOf } from './stored-items.ts'

describe('the items of a conversation', () => {
  test('a text is a message of the user, with an id', () => {
    expect(inputItemsOf({ input: 'Hi', instructions: 'x' }, 'resp_7')).toEqual([
      {
        type: 'message',
        id: 'msg_7_in0',
        role: 'user',
        status: 'completed',
        content: [{ type: 'input_text', text: 'Hi' }],
      },
    ])
  })

  test('have their full form, and keep ids that they have', () => {
    const items = inputItemsOf(
      {
        input: [
          { role: 'assistant', content: 'Ho' },
          { type: 'function_call_output', call_id: 'c', output: 'x' },
          { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'f', arguments: '{}' },
          { type: 'item_reference', id: 'msg_1' },
          { type: 'new_thing' },
        ],
      },
      'resp_7',
    )
    expect(items).toMatchObject([
      { type: 'message', id: 'msg_7_in0', content: [{ type: 'output_text', text: 'Ho', annotations: [] }] },
      { type: 'function_call_output', id: 'fco_7_in1' },
      { id: 'fc_1' },
      { type: 'item_reference', id: 'msg_1' },
      { type: 'new_thing', id: 'item_7_in4' },
    ])
  })

  test('of one response can be the input of the next', () => {
    const input = inputItemsOf({ input: 'Hi' }, 'resp_7')
    const response = codec.writeAnswer(
      [
        { kind: 'start', id: undefined, model: 'm' },
        { kind: 'text-delta', choice: 0, text: 'Look' },
        { kind: 'tool-call', choice: 0, call: 0, id: 'c', name: 'f' },
        { kind: 'finish', choice: 0, reason: 'tool-calls', native: '' },
        { kind: 'end' },
      ],
      { id: 'call_7', model: 'm', nowSeconds: 0, wantsUsage: true },
    )
    const output = isObject(response) && Array.isArray(response['output']) ? response['output'] : []
    const next = { type: 'function_call_output', call_id: 'c', output: 'x' }
    const request = codec.readRequest({ model: 'm', input: [...input, ...output, next] })
    expect(request.turns.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool'])
    expect(request.unplaced).toEqual([])
  })

  test('are none where there are none', () => {
    expect(inputItemsOf({}, 'resp_7')).toEqual([])
    expect(inputItemsOf({ input: 5 }, 'resp_7')).toEqual([])
  })
})
