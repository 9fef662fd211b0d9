// The matrix from the side of an Anthropic Messages client.
import {
  at,
  eventsOf,
  listAt,
  nothingSeen,
  numberAt,
  page,
  parsed,
  pixel,
  question,
  rule,
  stopText,
  streamed,
  textAt,
  toolAnswer,
  toolName,
  weatherSchema,
} from './front.ts'
import type { Feature, Front, Json, Seen } from './front.ts'

const tool = { name: toolName, description: 'Weather', input_schema: weatherSchema }
const user = { role: 'user', content: question }

const finishes: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  refusal: 'refusal',
}

export const messagesFront: Front = {
  name: 'anthropic-messages',
  ask: (model, feature, earlier) => ({
    path: '/v1/messages',
    headers: { 'anthropic-version': '2023-06-01' },
    body: {
      model,
      max_tokens: 2000,
      ...(streamed.has(feature) && { stream: true }),
      ...asked(feature, earlier),
    },
  }),
  read: (body) => seenIn(body, listAt(body, 'content')),
  readStream(stream) {
    const blocks: Record<string, unknown>[] = []
    let message: Json = {}
    let error = ''
    let isWhole = false
    for (const event of eventsOf(stream)) {
      const index = numberAt(event, 'index')
      const block = blocks[index] ?? {}
      switch (event['type']) {
        case 'message_start':
          message = { ...(at(event, 'message') as Json) }
          break
        case 'content_block_start':
          blocks[index] = { ...(at(event, 'content_block') as Json), json: '' }
          break
        case 'content_block_delta':
          block['text'] = `${textAt(block, 'text')}${textAt(event, 'delta', 'text')}`
          block['thinking'] = `${textAt(block, 'thinking')}${textAt(event, 'delta', 'thinking')}`
          block['json'] = `${textAt(block, 'json')}${textAt(event, 'delta', 'partial_json')}`
          break
        case 'message_delta':
          message = {
            ...message,
            ...(at(event, 'delta') as Json),
            usage: { ...(at(message, 'usage') as Json), ...(at(event, 'usage') as Json) },
          }
          break
        case 'message_stop':
          isWhole = true
          break
        case 'error':
          error = textAt(event, 'error', 'message')
          break
        default:
      }
    }
    const content = blocks.map((block) =>
      block['type'] === 'tool_use' ? { ...block, input: parsed(textAt(block, 'json')) } : block,
    )
    return { ...seenIn(message, content), error, isWhole }
  },
}

function seenIn(message: unknown, content: readonly unknown[]): Seen {
  const textOf = (type: string, member: string): string =>
    content
      .filter((block) => at(block, 'type') === type)
      .map((block) => textAt(block, member))
      .join('')
  const stop = textAt(message, 'stop_reason')
  const finish = finishes[stop] ?? stop
  const text = textOf('text', 'text')
  return {
    ...nothingSeen,
    text,
    reasoning: textOf('thinking', 'thinking'),
    refusal: finish === 'refusal' ? text : '',
    calls: content
      .filter((block) => at(block, 'type') === 'tool_use')
      .map((block) => ({
        id: textAt(block, 'id'),
        name: textAt(block, 'name'),
        arguments: at(block, 'input'),
      })),
    finish,
    inputTokens: numberAt(message, 'usage', 'input_tokens'),
    outputTokens: numberAt(message, 'usage', 'output_tokens'),
    error: textAt(message, 'error', 'message'),
    turn: { role: 'assistant', content },
  }
}

function asked(feature: Feature, earlier: Seen | undefined): Json {
  const words = { type: 'text', text: question }
  switch (feature) {
    case 'tools':
    case 'parallel tools in a stream':
      return { messages: [user], tools: [tool] }
    case 'tool results':
      return { messages: [user, ...later(earlier)], tools: [tool] }
    case 'reasoning and back':
      return {
        messages: [user, ...later(earlier)],
        tools: [tool],
        thinking: { type: 'enabled', budget_tokens: 1024 },
      }
    case 'image': {
      const source = { type: 'base64', media_type: 'image/png', data: pixel }
      return { messages: [{ role: 'user', content: [words, { type: 'image', source }] }] }
    }
    case 'file': {
      const source = { type: 'base64', media_type: 'application/pdf', data: page }
      return { messages: [{ role: 'user', content: [words, { type: 'document', source }] }] }
    }
    case 'system':
      return { system: rule, messages: [user] }
    case 'stop':
      return { messages: [user], stop_sequences: [stopText] }
    case 'schema':
      return { messages: [user], output_config: { format: { type: 'json_schema', schema: weatherSchema } } }
    default:
      return { messages: [user] }
  }
}

function later(earlier: Seen | undefined): readonly unknown[] {
  if (earlier === undefined) return []
  const results = earlier.calls.map(({ id }) => ({
    type: 'tool_result',
    tool_use_id: id,
    content: toolAnswer,
  }))
  return [earlier.turn, { role: 'user', content: results }]
}
