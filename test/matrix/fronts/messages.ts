// A client of Anthropic's Messages API.
import { testKey } from '../../end-to-end/start-gateway.ts'
import { at, listAt, numberAt, parsed, textAt } from '../../json-at.ts'
import {
  asksReasoning,
  eventsOf,
  nothingSeen,
  page,
  pixel,
  question,
  rule,
  stopText,
  toolsFor,
  weatherSchema,
} from '../front.ts'
import type { Asking, Feature, Front, Json, MatrixTool, Seen, Wanted } from '../front.ts'

export const messagesFront: Front = { name: 'messages', ask, read, readStream }

function ask({ model, feature, stream, earlier }: Wanted): Asking {
  const tools = toolsFor(feature).map(({ name, description, schema }) => ({
    name,
    description,
    input_schema: schema,
  }))
  return {
    path: '/v1/messages',
    headers: { 'x-api-key': testKey, 'anthropic-version': '2023-06-01' },
    body: {
      model,
      max_tokens: 4000,
      messages: [...messagesOf(feature), ...(earlier === undefined ? [] : goneOn(earlier))],
      ...(tools.length > 0 ? { tools } : {}),
      ...extras(feature),
      ...(stream ? { stream: true } : {}),
    },
  }
}

function messagesOf(feature: Feature): readonly object[] {
  const text = { type: 'text', text: question }
  switch (feature) {
    case 'image':
      return [{ role: 'user', content: [text, sourced('image', 'image/png', pixel)] }]
    case 'file':
      return [{ role: 'user', content: [text, sourced('document', 'application/pdf', page)] }]
    case 'tool results': {
      const tools = toolsFor(feature)
      return [
        { role: 'user', content: question },
        { role: 'assistant', content: tools.map(callOf) },
        { role: 'user', content: tools.map(answerOf) },
      ]
    }
    default:
      return [{ role: 'user', content: question }]
  }
}

function sourced(type: string, mediaType: string, base64: string): object {
  return { type, source: { type: 'base64', media_type: mediaType, data: base64 } }
}

function callOf({ name, call }: MatrixTool): object {
  return { type: 'tool_use', id: call.id, name, input: call.arguments }
}

function answerOf({ call, result }: MatrixTool): object {
  return { type: 'tool_result', tool_use_id: call.id, content: result }
}

function goneOn({ turn, calls }: Seen): readonly unknown[] {
  const results = calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: 'a fine day' }))
  return [
    { role: 'assistant', content: turn },
    { role: 'user', content: results },
  ]
}

function extras(feature: Feature): object {
  if (feature === 'system') return { system: rule }
  if (feature === 'stop') return { stop_sequences: [stopText] }
  if (asksReasoning(feature)) return { thinking: { type: 'enabled', budget_tokens: 1024 } }
  if (feature !== 'schema') return {}
  return { output_config: { format: { type: 'json_schema', schema: weatherSchema } } }
}

const finishes: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
}

function read(body: Json): Seen {
  const blocks = listAt(body, 'content')
  const joined = (name: string): string => blocks.map((block) => textAt(block, name)).join('')
  const calls = blocks.filter((block) => textAt(block, 'type') === 'tool_use')
  const reason = textAt(body, 'stop_reason')
  return {
    ...nothingSeen,
    text: joined('text'),
    reasoning: joined('thinking'),
    calls: calls.map((call) => ({
      id: textAt(call, 'id'),
      name: textAt(call, 'name'),
      arguments: at(call, 'input'),
    })),
    finish: finishes[reason] ?? reason,
    inputTokens: numberAt(body, 'usage', 'input_tokens'),
    outputTokens: numberAt(body, 'usage', 'output_tokens'),
    reasoningTokens: numberAt(body, 'usage', 'output_tokens_details', 'thinking_tokens'),
    error: textAt(body, 'type') === 'error' ? textAt(body, 'error', 'message') : '',
    turn: blocks,
  }
}

/** Put together as the official client does it: blocks by their index, the usage of the end over that of the start. */
function readStream(text: string): Seen {
  const events = eventsOf(text)
  const ofType = (type: string): readonly Json[] => events.filter((event) => event['type'] === type)
  const blocks: Record<string, unknown>[] = []
  for (const event of ofType('content_block_start'))
    blocks[numberAt(event, 'index')] = { ...(at(event, 'content_block') as Json) }
  const inputs = new Map<unknown, string>()
  for (const event of ofType('content_block_delta')) {
    const block = blocks[numberAt(event, 'index')]
    if (block === undefined) throw new Error('a delta came before its block')
    for (const name of ['text', 'thinking', 'signature']) {
      const piece = textAt(event, 'delta', name)
      if (piece !== '') block[name] = textAt(block, name) + piece
    }
    inputs.set(block, (inputs.get(block) ?? '') + textAt(event, 'delta', 'partial_json'))
  }
  for (const block of blocks)
    if (block['type'] === 'tool_use') block['input'] = parsed(inputs.get(block) ?? '')
  const end = ofType('message_delta')[0]
  const usage = {
    ...(at(ofType('message_start')[0], 'message', 'usage') as Json | undefined),
    ...(at(end, 'usage') as Json | undefined),
  }
  return {
    ...read({ content: blocks, stop_reason: textAt(end, 'delta', 'stop_reason'), usage }),
    isEnded: textAt(events.at(-1), 'type') === 'message_stop',
    // The official client goes by the event's name.
    error: text.includes('event: error\n') ? textAt(ofType('error')[0], 'error', 'message') : '',
  }
}
