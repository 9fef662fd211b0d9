// What the tests of every lens need: requests with something of everything, and a value at a JSON path.
import { doors } from '../src/dialects/doors.ts'
import { readJsonBody } from '../src/dialects/json-body.ts'
import type { JsonBody } from '../src/dialects/json-body.ts'
import type { EventMeaning, Lens } from '../src/dialects/lens.ts'
import { isObject } from '../src/dialects/json-object.ts'

const base64 = 'AAAA'.repeat(8)
const schema = {
  type: 'object',
  properties: { description: { type: 'string', description: 'What it says.' }, n: { type: 'number' } },
}

export const richRequests: Readonly<Record<string, Record<string, unknown>>> = {
  'openai-chat': {
    model: 'm',
    messages: [
      { role: 'developer', content: 'Be brief – and “kind”.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look:\n\t"quoted" \\ Zoë 👋' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${base64}` } },
          { type: 'image_url', image_url: { url: 'https://example.org/a.png' } },
          { type: 'input_audio', input_audio: { data: base64, format: 'wav' } },
          { type: 'file', file: { file_data: base64, filename: 'a.pdf' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        refusal: 'I would rather not.',
        reasoning_content: 'Hm.',
        reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', signature: 'c2VhbA==' }],
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"city":"Oslo"}' } },
          { id: 'c2', type: 'custom', custom: { name: 'g', input: 'SELECT 1' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'Rain.' },
      { role: 'tool', tool_call_id: 'c2', content: [{ type: 'text', text: '1' }] },
    ],
    tools: [{ type: 'function', function: { name: 'f', description: 'The weather.', parameters: schema } }],
    prediction: { type: 'content', content: 'Probably this.' },
  },
  'openai-responses': {
    model: 'm',
    instructions: 'Be brief.',
    input: [
      { role: 'user', content: 'Hello' },
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'Look – Zoë 👋' },
          { type: 'input_image', image_url: `data:image/png;base64,${base64}` },
          { type: 'input_file', file_data: `data:application/pdf;base64,${base64}` },
        ],
      },
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'Hm.' }],
        encrypted_content: 'x',
      },
      { type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
      { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{"city":"Oslo"}' },
      { type: 'function_call_output', call_id: 'c1', output: 'Rain.' },
      { type: 'custom_tool_call', call_id: 'c2', name: 'g', input: 'SELECT 1' },
      { type: 'custom_tool_call_output', call_id: 'c2', output: [{ type: 'input_text', text: '1' }] },
      {
        type: 'computer_call_output',
        call_id: 'c3',
        output: { type: 'computer_screenshot', image_url: `data:image/png;base64,${base64}` },
      },
    ],
    tools: [{ type: 'function', name: 'f', description: 'The weather.', parameters: schema }],
  },
  'anthropic-messages': {
    model: 'm',
    max_tokens: 9,
    system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
    messages: [
      { role: 'user', content: 'Hello' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look – Zoë 👋' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: base64 } },
          {
            type: 'document',
            title: 'A',
            source: { type: 'text', media_type: 'text/plain', data: 'Plain.' },
          },
          { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: base64 } },
          { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'In blocks.' }] } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: 'c2VhbA==' },
          {
            type: 'tool_use',
            id: 't1',
            name: 'f',
            input: { city: 'Oslo', deep: [{ größe: 'XL' }, 1, null] },
          },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 't1',
            content: [
              { type: 'text', text: 'Rain.' },
              { type: 'image', source: { type: 'url', url: 'https://example.org/a.png' } },
            ],
          },
          { type: 'tool_result', tool_use_id: 't2', content: 'Sun.' },
        ],
      },
    ],
    tools: [{ name: 'f', description: 'The weather.', input_schema: schema }],
  },
  gemini: {
    system_instruction: { parts: { text: 'Be brief.' } },
    contents: [
      {
        parts: [
          { text: 'Look – Zoë 👋' },
          { inlineData: { mimeType: 'image/png', data: base64 } },
          { inline_data: { mime_type: 'application/pdf', data: base64 } },
          { fileData: { mimeType: 'video/mp4', fileUri: 'https://example.org/a.mp4' } },
        ],
      },
      {
        role: 'model',
        parts: [{ text: 'Hm.', thought: true }, { functionCall: { name: 'f', args: { city: 'Oslo' } } }],
      },
      { role: 'user', parts: [{ functionResponse: { name: 'f', response: { output: 'Rain.' } } }] },
    ],
    tools: [
      { functionDeclarations: [{ name: 'f', description: 'The weather.', parametersJsonSchema: schema }] },
    ],
  },
}

/** A copy of a value with another one at a path; throws where nothing stands there. */
export function withValueAt(value: unknown, path: string, given: unknown): unknown {
  const copy: unknown = structuredClone(value)
  const steps = path.match(/[^.[\]]+/g) ?? []
  const last = steps.pop()
  let holder: unknown = copy
  for (const step of steps) holder = Object(holder)[step]
  if (last === undefined || !(isObject(holder) || Array.isArray(holder)) || !Object.hasOwn(holder, last)) {
    throw new Error(`Nothing stands at ${path}.`)
  }
  Object.assign(holder, { [last]: given })
  return copy
}

export const clientLenses = [
  { name: 'openai-chat', lens: doors.chat.lens },
  { name: 'openai-responses', lens: doors.responses.lens },
  { name: 'anthropic-messages', lens: doors.messages.lens },
  { name: 'gemini', lens: doors.generate.lens },
] as const

export function bodyOf(value: unknown, space?: number | string): JsonBody {
  return readJsonBody(Buffer.from(JSON.stringify(value, undefined, space)))
}

/** As an event's bytes are read. */
export function latin1(text: string): string {
  return Buffer.from(text).toString('latin1')
}

export function meaningOf(lens: Lens, value: unknown, name = ''): EventMeaning {
  const meaning = lens.event(latin1(JSON.stringify(value)), name)
  if (meaning === undefined) throw new Error('It was taken for no event.')
  return meaning
}
