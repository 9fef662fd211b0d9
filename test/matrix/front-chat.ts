// The matrix from the side of a Chat Completions client.
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

const tool = {
  type: 'function',
  function: { name: toolName, description: 'Weather', parameters: weatherSchema },
}
const user = { role: 'user', content: question }

export const chatFront: Front = {
  name: 'openai-chat',
  ask: (model, feature, earlier) => ({
    path: '/v1/chat/completions',
    headers: {},
    body: { model, ...(streamed.has(feature) && streaming), ...asked(feature, earlier) },
  }),
  read(body) {
    const message = at(body, 'choices', 0, 'message')
    return {
      ...nothingSeen,
      text: textAt(message, 'content'),
      reasoning: textAt(message, 'reasoning_content'),
      refusal: textAt(message, 'refusal'),
      calls: listAt(message, 'tool_calls').map((call) => ({
        id: textAt(call, 'id'),
        name: textAt(call, 'function', 'name'),
        arguments: parsed(textAt(call, 'function', 'arguments')),
      })),
      finish: textAt(body, 'choices', 0, 'finish_reason'),
      inputTokens: numberAt(body, 'usage', 'prompt_tokens'),
      outputTokens: numberAt(body, 'usage', 'completion_tokens'),
      error: textAt(body, 'error', 'message'),
      turn: message,
    }
  },
  readStream,
}

const streaming = { stream: true, stream_options: { include_usage: true } }

function asked(feature: Feature, earlier: Seen | undefined): Json {
  switch (feature) {
    case 'tools':
    case 'parallel tools in a stream':
      return { messages: [user], tools: [tool] }
    case 'tool results':
    case 'reasoning and back':
      return {
        messages: [user, ...later(earlier)],
        tools: [tool],
        ...(feature !== 'tool results' && { reasoning_effort: 'high' }),
      }
    case 'image': {
      const url = `data:image/png;base64,${pixel}`
      return {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: question },
              { type: 'image_url', image_url: { url } },
            ],
          },
        ],
      }
    }
    case 'file': {
      const file = { filename: 'page.pdf', file_data: `data:application/pdf;base64,${page}` }
      return {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: question },
              { type: 'file', file },
            ],
          },
        ],
      }
    }
    case 'system':
      return { messages: [{ role: 'system', content: rule }, user] }
    case 'stop':
      return { messages: [user], stop: [stopText] }
    case 'schema': {
      const schema = { name: 'weather', strict: true, schema: weatherSchema }
      return { messages: [user], response_format: { type: 'json_schema', json_schema: schema } }
    }
    default:
      return { messages: [user] }
  }
}

function later(earlier: Seen | undefined): readonly unknown[] {
  if (earlier === undefined) return []
  const results = earlier.calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: toolAnswer }))
  return [earlier.turn, ...results]
}

function readStream(stream: string): Seen {
  const chunks = eventsOf(stream)
  const deltas = chunks.map((chunk) => at(chunk, 'choices', 0, 'delta'))
  const textOf = (member: string): string => deltas.map((delta) => textAt(delta, member)).join('')
  const usage = chunks.map((chunk) => at(chunk, 'usage')).findLast((counts) => counts !== undefined)
  return {
    ...nothingSeen,
    text: textOf('content'),
    reasoning: textOf('reasoning_content'),
    refusal: textOf('refusal'),
    calls: callsIn(deltas),
    finish: chunks.map((chunk) => textAt(chunk, 'choices', 0, 'finish_reason')).join(''),
    inputTokens: numberAt(usage, 'prompt_tokens'),
    outputTokens: numberAt(usage, 'completion_tokens'),
    error: chunks.map((chunk) => textAt(chunk, 'error', 'message')).join(''),
    isWhole: stream.endsWith('data: [DONE]\n\n'),
  }
}

/** Calls come in pieces that may take turns. */
function callsIn(deltas: readonly unknown[]): Seen['calls'] {
  const calls = new Map<number, { id: string; name: string; text: string }>()
  for (const piece of deltas.flatMap((delta) => listAt(delta, 'tool_calls'))) {
    const call = calls.get(numberAt(piece, 'index')) ?? { id: '', name: '', text: '' }
    call.id += textAt(piece, 'id')
    call.name += textAt(piece, 'function', 'name')
    call.text += textAt(piece, 'function', 'arguments')
    calls.set(numberAt(piece, 'index'), call)
  }
  return [...calls.values()].map(({ id, name, text }) => ({ id, name, arguments: parsed(text) }))
}
