import { describe, expect, test } from 'bun:test'
import { GatewayError } from '../../core/errors.ts'
import { readRequest } from './translate-request.ts'
import { failureOf } from '../../../test/failure-of.ts'

const user = { role: 'user', content: 'Hi' }
const weather = {
  type: 'function',
  function: { name: 'get_weather', parameters: { type: 'object', properties: {} } },
}
const called = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'call_a', type: 'function', function: { name: 'get_weather', arguments: '{}' } }],
}

function read(members: Record<string, unknown>, messages: readonly unknown[] = [user]) {
  return readRequest({ model: 'fast', messages, ...members })
}

describe('a bad chat request is refused by its path', () => {
  const schemaFormat = (json_schema: unknown) => ({ response_format: { type: 'json_schema', json_schema } })
  const part = (value: unknown) => [{ role: 'user', content: [value] }]
  const image = (url: unknown) => part({ type: 'image_url', image_url: { url } })

  test.each([
    ['missing_required_parameter', 'model', { model: null }],
    ['invalid_type', 'model', { model: 5 }],
    ['invalid_value', 'model', { model: '' }],
    ['missing_required_parameter', 'messages', { messages: undefined }],
    ['invalid_type', 'messages', { messages: 'Hi' }],
    ['invalid_value', 'messages', { messages: [] }],
    ['invalid_type', 'messages[0]', { messages: ['Hi'] }],
    ['missing_required_parameter', 'messages[0].role', { messages: [{ content: 'Hi' }] }],
    ['invalid_value', 'messages[0].role', { messages: [{ role: 'robot', content: 'Hi' }] }],
    ['missing_required_parameter', 'messages[0].content', { messages: [{ role: 'user' }] }],
    ['invalid_type', 'messages[0].content', { messages: [{ role: 'user', content: 5 }] }],
    ['invalid_type', 'messages[0].content[0]', { messages: part('Hi') }],
    ['invalid_value', 'messages[0].content[0].type', { messages: part({ type: 'smell' }) }],
    ['invalid_value', 'messages[0].content[0].type', { messages: part({ type: 'constructor' }) }],
    ['invalid_value', 'messages[0].content[0].type', { messages: part({ type: 'refusal', refusal: 'x' }) }],
    ['missing_required_parameter', 'messages[0].content[0].text', { messages: part({ type: 'text' }) }],
    [
      'invalid_type',
      'messages[0].content[0].image_url',
      { messages: part({ type: 'image_url', image_url: 'x' }) },
    ],
    ['invalid_value', 'messages[0].content[0].image_url.url', { messages: image('ftp://example.org') }],
    [
      'invalid_value',
      'messages[0].content[0].image_url.url',
      { messages: image('data:image/png;base64,a?==') },
    ],
    [
      'invalid_value',
      'messages[0].content[0].image_url.url',
      { messages: image('data:image/png;base64,abc') },
    ],
    ['invalid_value', 'messages[0].content[0].image_url.url', { messages: image('data:image/png,abcd') }],
    ['invalid_value', 'messages[0].content[0].image_url.url', { messages: image('data:') }],
    [
      'invalid_value',
      'messages[0].content[0].input_audio.data',
      { messages: part({ type: 'input_audio', input_audio: { data: '!', format: 'wav' } }) },
    ],
    [
      'invalid_value',
      'messages[0].content[0].file.file_data',
      { messages: part({ type: 'file', file: { file_data: 'x' } }) },
    ],
    [
      'missing_required_parameter',
      'messages[0].content[0].file.file_data',
      { messages: part({ type: 'file', file: {} }) },
    ],
    [
      'invalid_value',
      'messages[0].content[0].type',
      { messages: [{ role: 'system', content: image('x')[0]?.content }] },
    ],
    [
      'invalid_value',
      'messages[0].tool_call_id',
      { messages: [{ role: 'tool', tool_call_id: 'x', content: 'y' }] },
    ],
    [
      'invalid_value',
      'messages[1].tool_call_id',
      { messages: [called, { role: 'tool', tool_call_id: 'other', content: 'y' }] },
    ],
    ['invalid_value', 'messages[0].name', { messages: [{ role: 'function', name: 'f', content: 'y' }] }],
    [
      'invalid_type',
      'messages[0].tool_calls[0].function.arguments',
      {
        messages: [{ role: 'assistant', tool_calls: [{ id: 'a', function: { name: 'f', arguments: {} } }] }],
      },
    ],
    [
      'invalid_value',
      'messages[0].tool_calls[0].type',
      { messages: [{ role: 'assistant', tool_calls: [{ id: 'a', type: 'spell' }] }] },
    ],
    [
      'invalid_type',
      'messages[0].reasoning_details[0]',
      { messages: [{ role: 'assistant', reasoning_details: [1] }] },
    ],
    ['invalid_type', 'stream', { stream: 'yes' }],
    ['invalid_type', 'temperature', { temperature: '1' }],
    ['invalid_type', 'max_completion_tokens', { max_completion_tokens: 1.5 }],
    ['invalid_value', 'max_tokens', { max_tokens: 0 }],
    ['invalid_value', 'n', { n: 0 }],
    ['invalid_type', 'stop', { stop: 5 }],
    ['invalid_type', 'stop[1]', { stop: ['a', 5] }],
    ['invalid_type', 'logit_bias.5', { logit_bias: { 5: 'x' } }],
    ['invalid_type', 'metadata.a', { metadata: { a: 1 } }],
    ['invalid_type', 'tools', { tools: {} }],
    ['missing_required_parameter', 'tools[0].type', { tools: [{}] }],
    ['missing_required_parameter', 'tools[0].function', { tools: [{ type: 'function' }] }],
    ['invalid_value', 'tools[0].function.name', { tools: [{ type: 'function', function: { name: '' } }] }],
    [
      'invalid_type',
      'tools[0].function.parameters',
      { tools: [{ type: 'function', function: { name: 'f', parameters: 'none' } }] },
    ],
    [
      'invalid_value',
      'tools[0].function.parameters.type',
      { tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'string' } } }] },
    ],
    ['invalid_value', 'tool_choice', { tools: [weather], tool_choice: 'maybe' }],
    ['invalid_type', 'tool_choice', { tools: [weather], tool_choice: 5 }],
    [
      'invalid_value',
      'tool_choice.function.name',
      { tools: [weather], tool_choice: { type: 'function', function: { name: 'other' } } },
    ],
    ['missing_required_parameter', 'response_format.json_schema.schema', schemaFormat({ name: 'a' })],
    ['invalid_type', 'response_format.json_schema.schema', schemaFormat({ name: 'a', schema: [] })],
    [
      'invalid_value',
      'response_format.json_schema.schema.type',
      schemaFormat({ name: 'a', schema: { type: 'banana' } }),
    ],
    ['missing_required_parameter', 'response_format.json_schema.name', schemaFormat({ schema: {} })],
    ['invalid_type', 'stream_options', { stream_options: [] }],
    ['invalid_type', 'reasoning_effort', { reasoning_effort: 3 }],
  ])('%s at %s', async (code, param, members) => {
    const thrown = await failureOf(() => read(members))
    expect(thrown).toBeInstanceOf(GatewayError)
    expect(thrown).toMatchObject({ code, param })
  })
})
