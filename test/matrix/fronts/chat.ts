// A client of OpenAI's chat completions.
import { testKey } from '../../end-to-end/start-gateway.ts'
import { listAt, numberAt, parsed, textAt } from '../../json-at.ts'
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

export const chatFront: Front = { name: 'chat', ask, read, readStream }

function ask({ model, feature, stream, earlier }: Wanted): Asking {
  const tools = toolsFor(feature).map(({ name, description, schema }) => ({
    type: 'function',
    function: { name, description, parameters: schema },
  }))
  return {
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${testKey}` },
    body: {
      model,
      messages: [...messagesOf(feature), ...(earlier === undefined ? [] : goneOn(earlier))],
      ...(tools.length > 0 ? { tools } : {}),
      ...extras(feature),
      ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
    },
  }
}

function messagesOf(feature: Feature): readonly object[] {
  const text = { type: 'text', text: question }
  const asked = { role: 'user', content: question }
  switch (feature) {
    case 'system':
      return [{ role: 'system', content: rule }, asked]
    case 'image':
      return [{ role: 'user', content: [text, imagePart] }]
    case 'file':
      return [{ role: 'user', content: [text, filePart] }]
    case 'tool results': {
      const tools = toolsFor(feature)
      return [
        asked,
        { role: 'assistant', content: null, tool_calls: tools.map(callOf) },
        ...tools.map(answerOf),
      ]
    }
    default:
      return [asked]
  }
}

const imagePart = { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } }
const filePart = {
  type: 'file',
  file: { filename: 'page.pdf', file_data: `data:application/pdf;base64,${page}` },
}

function callOf({ name, call }: MatrixTool): object {
  return { id: call.id, type: 'function', function: { name, arguments: JSON.stringify(call.arguments) } }
}

function answerOf({ call, result }: MatrixTool): object {
  return { role: 'tool', tool_call_id: call.id, content: result }
}

function goneOn({ turn, calls }: Seen): readonly unknown[] {
  const results = calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'a fine day' }))
  return [...turn, ...results]
}

function extras(feature: Feature): object {
  if (feature === 'stop') return { stop: [stopText] }
  if (asksReasoning(feature)) return { reasoning_effort: 'low' }
  if (feature !== 'schema') return {}
  const format = { name: 'weather', schema: weatherSchema, strict: true }
  return { response_format: { type: 'json_schema', json_schema: format } }
}

function read(body: Json): Seen {
  const message = listAt(body, 'choices')[0]
  const calls = listAt(message, 'message', 'tool_calls')
  return {
    ...nothingSeen,
    text: textAt(message, 'message', 'content'),
    reasoning: textAt(message, 'message', 'reasoning_content'),
    refusal: textAt(message, 'message', 'refusal'),
    calls: calls.map((call) => ({
      id: textAt(call, 'id'),
      name: textAt(call, 'function', 'name'),
      arguments: parsed(textAt(call, 'function', 'arguments')),
    })),
    finish: textAt(message, 'finish_reason'),
    ...usageIn(body),
    error: textAt(body, 'error', 'message'),
    turn: message === undefined ? [] : [(message as Json)['message']],
  }
}

function usageIn(body: unknown): Pick<Seen, 'inputTokens' | 'outputTokens' | 'reasoningTokens'> {
  return {
    inputTokens: numberAt(body, 'usage', 'prompt_tokens'),
    outputTokens: numberAt(body, 'usage', 'completion_tokens'),
    reasoningTokens: numberAt(body, 'usage', 'completion_tokens_details', 'reasoning_tokens'),
  }
}

interface CallPieces {
  /** Whatever else was told of it. */
  others: object
  id: string
  name: string
  arguments: string
}

/** Put together as the official client does it: pieces of calls by their index, the rest by joining texts. */
function readStream(text: string): Seen {
  const events = eventsOf(text)
  const deltas = events.map((event) => (listAt(event, 'choices')[0] as Json | undefined)?.['delta'])
  const joined = (name: string): string => deltas.map((delta) => textAt(delta, name)).join('')
  const details = deltas.flatMap((delta) => listAt(delta, 'reasoning_details'))
  const calls = deltas
    .flatMap((delta) => listAt(delta, 'tool_calls'))
    .reduce((made: Map<number, CallPieces>, piece) => {
      const index = numberAt(piece, 'index')
      const call = made.get(index) ?? { others: {}, id: '', name: '', arguments: '' }
      const { index: _index, id: _id, function: _function, ...others } = piece as Json
      Object.assign(call.others, others)
      call.id += textAt(piece, 'id')
      call.name += textAt(piece, 'function', 'name')
      call.arguments += textAt(piece, 'function', 'arguments')
      return made.set(index, call)
    }, new Map())
  const toolCalls = [...calls.values()].map(({ others, id, ...called }) => ({
    ...others,
    id,
    function: called,
  }))
  const finish = events.map((event) => textAt(listAt(event, 'choices')[0], 'finish_reason')).join('')
  const message = {
    role: 'assistant',
    content: joined('content') || null,
    ...(joined('reasoning_content') === '' ? {} : { reasoning_content: joined('reasoning_content') }),
    ...(joined('refusal') === '' ? {} : { refusal: joined('refusal') }),
    ...(details.length > 0 ? { reasoning_details: details } : {}),
    ...(toolCalls.length > 0 ? { tool_calls: toolCalls } : {}),
  }
  return {
    ...read({ choices: [{ message, finish_reason: finish }] }),
    ...usageIn(events.findLast((event) => typeof event['usage'] === 'object' && event['usage'] !== null)),
    isEnded: text.endsWith('data: [DONE]\n\n'),
    error: events.map((event) => textAt(event, 'error', 'message')).join(''),
  }
}
