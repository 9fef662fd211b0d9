// Requests that are wrong in one place, for each door, and the JSON path of that place. All are sent to a provider of
// another dialect, because a relay leaves such things to the provider to judge.
export type DoorName = 'chat' | 'responses' | 'messages' | 'generate'

export interface BadInput {
  readonly what: string
  readonly door: DoorName
  readonly body: Readonly<Record<string, unknown>>
  /** Where it is wrong. */
  readonly path: string
}

type Json = Readonly<Record<string, unknown>>

const user = { role: 'user', content: 'Hi' }
const schemaOfNone = 'not a schema'

function chat(what: string, path: string, more: Json): BadInput {
  return { what, door: 'chat', path, body: { messages: [user], ...more } }
}

function responses(what: string, path: string, more: Json): BadInput {
  return { what, door: 'responses', path, body: { input: 'Hi', ...more } }
}

function messages(what: string, path: string, more: Json): BadInput {
  return { what, door: 'messages', path, body: { max_tokens: 50, messages: [user], ...more } }
}

function generate(what: string, path: string, more: Json): BadInput {
  return {
    what,
    door: 'generate',
    path,
    body: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }], ...more },
  }
}

const chatPart = (part: Json): Json => ({ messages: [{ role: 'user', content: [part] }] })
const inputPart = (part: Json): Json => ({ input: [{ role: 'user', content: [part] }] })
const block = (part: Json, role = 'user'): Json => ({ messages: [{ role, content: [part] }] })
const geminiPart = (part: Json): Json => ({ contents: [{ role: 'user', parts: [part] }] })

export const badInputs: readonly BadInput[] = [
  // A field of the wrong type.
  chat('a number for a text', 'messages[0].content', { messages: [{ role: 'user', content: 7 }] }),
  chat('a text for a number', 'temperature', { temperature: 'warm' }),
  chat('an object for the tools', 'tools', { tools: {} }),
  chat('a list for a message', 'messages[1]', { messages: [user, []] }),
  responses('a number for the input', 'input', { input: 7 }),
  responses('a text for a number', 'temperature', { temperature: 'warm' }),
  responses('an object for the tools', 'tools', { tools: {} }),
  responses('a text for an item', 'input[0]', { input: ['Hi'] }),
  messages('a number for a text', 'messages[0].content', { messages: [{ role: 'user', content: 7 }] }),
  messages('a text for a number', 'temperature', { temperature: 'warm' }),
  messages('an object for the tools', 'tools', { tools: {} }),
  messages('a number for the system', 'system', { system: 7 }),
  generate('a number for a text', 'contents[0].parts[0].text', geminiPart({ text: 7 })),
  generate('a text for a number', 'generationConfig.temperature', {
    generationConfig: { temperature: 'warm' },
  }),
  generate('a text for the tools', 'tools', { tools: 'all' }),
  generate('a text for a content', 'contents[0]', { contents: ['Hi'] }),
  // What must be there.
  chat('no messages', 'messages', { messages: undefined }),
  messages('no messages', 'messages', { messages: undefined }),
  generate('no contents', 'contents', { contents: undefined }),
  // An unknown role.
  chat('an unknown role', 'messages[1].role', { messages: [user, { role: 'wizard', content: 'Hi' }] }),
  responses('an unknown role', 'input[0].role', { input: [{ role: 'wizard', content: 'Hi' }] }),
  messages('an unknown role', 'messages[1].role', { messages: [user, { role: 'wizard', content: 'Hi' }] }),
  generate('an unknown role', 'contents[0].role', {
    contents: [{ role: 'wizard', parts: [{ text: 'Hi' }] }],
  }),
  // Tool results without their call.
  chat('a result without its call', 'messages[1].tool_call_id', {
    messages: [user, { role: 'tool', tool_call_id: 'c1', content: 'rain' }],
  }),
  responses('a result without its call', 'input[0].call_id', {
    input: [{ type: 'function_call_output', call_id: 'c1', output: 'rain' }],
  }),
  messages(
    'a result without its call',
    'messages[0].content[0].tool_use_id',
    block({ type: 'tool_result', tool_use_id: 'c1', content: 'rain' }),
  ),
  generate(
    'a result without its call',
    'contents[0].parts[0]',
    geminiPart({ functionResponse: { name: 'weather', response: { result: 'rain' } } }),
  ),
  chat('arguments that are no JSON', 'messages[1].tool_calls[0].function.arguments', {
    messages: [
      user,
      {
        role: 'assistant',
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city"' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'rain' },
    ],
  }),
  // Unknown content types.
  chat('an unknown part', 'messages[0].content[0].type', chatPart({ type: 'hologram', hologram: {} })),
  responses('an unknown part', 'input[0].content[0].type', inputPart({ type: 'hologram' })),
  messages('an unknown block', 'messages[0].content[0].type', block({ type: 7 })),
  generate('a part that holds nothing', 'contents[0].parts[0]', geminiPart({})),
  // Invalid base64.
  chat(
    'bad base64',
    'messages[0].content[0].image_url.url',
    chatPart({ type: 'image_url', image_url: { url: 'data:image/png;base64,###' } }),
  ),
  responses(
    'bad base64',
    'input[0].content[0].image_url',
    inputPart({ type: 'input_image', image_url: 'data:image/png;base64,###' }),
  ),
  messages(
    'bad base64',
    'messages[0].content[0].source.data',
    block({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: '###' } }),
  ),
  generate(
    'bad base64',
    'contents[0].parts[0].inlineData.data',
    geminiPart({ inlineData: { mimeType: 'image/png', data: '###' } }),
  ),
  // A schema that is no schema.
  chat('no schema for an answer', 'response_format.json_schema.schema', {
    response_format: { type: 'json_schema', json_schema: { name: 'a', schema: schemaOfNone } },
  }),
  chat('no schema for a tool', 'tools[0].function.parameters', {
    tools: [{ type: 'function', function: { name: 'a', parameters: schemaOfNone } }],
  }),
  chat('a schema of a type that there is not', 'tools[0].function.parameters.type', {
    tools: [{ type: 'function', function: { name: 'a', parameters: { type: 'wizard' } } }],
  }),
  responses('no schema for an answer', 'text.format.schema', {
    text: { format: { type: 'json_schema', name: 'a', schema: schemaOfNone } },
  }),
  responses('no schema for a tool', 'tools[0].parameters', {
    tools: [{ type: 'function', name: 'a', parameters: schemaOfNone, strict: false }],
  }),
  messages('no schema for an answer', 'output_config.format.schema', {
    output_config: { format: { type: 'json_schema', schema: schemaOfNone } },
  }),
  messages('no schema for a tool', 'tools[0].input_schema', {
    tools: [{ name: 'a', input_schema: schemaOfNone }],
  }),
  generate('no schema for an answer', 'generationConfig.responseJsonSchema', {
    generationConfig: { responseMimeType: 'application/json', responseJsonSchema: schemaOfNone },
  }),
  generate('no schema for a tool', 'tools[0].functionDeclarations[0].parameters', {
    tools: [{ functionDeclarations: [{ name: 'a', parameters: schemaOfNone }] }],
  }),
]
