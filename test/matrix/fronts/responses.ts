// A client of OpenAI's Responses API that keeps its conversation itself.
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

export const responsesFront: Front = { name: 'responses', ask, read, readStream }

function ask({ model, feature, stream, earlier }: Wanted): Asking {
  const tools = toolsFor(feature).map(({ name, description, schema }) => ({
    type: 'function',
    name,
    description,
    parameters: schema,
    strict: false,
  }))
  return {
    path: '/v1/responses',
    headers: { authorization: `Bearer ${testKey}` },
    body: {
      model,
      input: [...inputOf(feature), ...(earlier === undefined ? [] : goneOn(earlier))],
      store: false,
      ...(tools.length > 0 ? { tools } : {}),
      ...extras(feature),
      ...(stream ? { stream: true } : {}),
    },
  }
}

function inputOf(feature: Feature): readonly object[] {
  const text = { type: 'input_text', text: question }
  switch (feature) {
    case 'image':
      return [{ role: 'user', content: [text, imagePart] }]
    case 'file':
      return [{ role: 'user', content: [text, filePart] }]
    case 'tool results': {
      const tools = toolsFor(feature)
      return [{ role: 'user', content: question }, ...tools.map(callOf), ...tools.map(answerOf)]
    }
    default:
      return [{ role: 'user', content: question }]
  }
}

const imagePart = { type: 'input_image', image_url: `data:image/png;base64,${pixel}` }
const filePart = {
  type: 'input_file',
  filename: 'page.pdf',
  file_data: `data:application/pdf;base64,${page}`,
}

function callOf({ name, call }: MatrixTool): object {
  return { type: 'function_call', call_id: call.id, name, arguments: JSON.stringify(call.arguments) }
}

function answerOf({ call, result }: MatrixTool): object {
  return { type: 'function_call_output', call_id: call.id, output: result }
}

function goneOn({ turn, calls }: Seen): readonly unknown[] {
  const results = calls.map(({ id }) => ({ type: 'function_call_output', call_id: id, output: 'a fine day' }))
  return [...turn, ...results]
}

function extras(feature: Feature): object {
  if (feature === 'system') return { instructions: rule }
  // It has no such member; this is how other APIs spell it.
  if (feature === 'stop') return { stop: [stopText] }
  if (asksReasoning(feature))
    return { reasoning: { effort: 'low', summary: 'auto' }, include: ['reasoning.encrypted_content'] }
  if (feature !== 'schema') return {}
  return { text: { format: { type: 'json_schema', name: 'weather', schema: weatherSchema, strict: true } } }
}

function read(body: Json): Seen {
  const output = listAt(body, 'output')
  const ofType = (type: string): readonly unknown[] => output.filter((item) => textAt(item, 'type') === type)
  const parts = ofType('message').flatMap((item) => listAt(item, 'content'))
  const calls = ofType('function_call').map((item) => ({
    id: textAt(item, 'call_id'),
    name: textAt(item, 'name'),
    arguments: parsed(textAt(item, 'arguments')),
  }))
  const thoughts = ofType('reasoning').flatMap((item) => [
    ...listAt(item, 'summary'),
    ...listAt(item, 'content'),
  ])
  return {
    ...nothingSeen,
    text: parts.map((part) => textAt(part, 'text')).join(''),
    refusal: parts.map((part) => textAt(part, 'refusal')).join(''),
    reasoning: thoughts.map((part) => textAt(part, 'text')).join(''),
    calls,
    finish: finishOf(body, calls.length > 0),
    inputTokens: numberAt(body, 'usage', 'input_tokens'),
    outputTokens: numberAt(body, 'usage', 'output_tokens'),
    reasoningTokens: numberAt(body, 'usage', 'output_tokens_details', 'reasoning_tokens'),
    error: textAt(body, 'error', 'message'),
    turn: output,
  }
}

function finishOf(body: Json, calls: boolean): string {
  const reason = textAt(body, 'incomplete_details', 'reason')
  if (reason !== '') return reason === 'max_output_tokens' ? 'length' : reason
  if (textAt(body, 'status') !== 'completed') return textAt(body, 'status')
  return calls ? 'tool_calls' : 'stop'
}

/** The last event holds the whole answer, and what came before must say the same. */
function readStream(text: string): Seen {
  const events = eventsOf(text)
  const joined = (type: string): string =>
    events.map((event) => (textAt(event, 'type') === type ? textAt(event, 'delta') : '')).join('')
  for (const [index, event] of events.entries())
    if (numberAt(event, 'sequence_number') !== index) throw new Error(`event ${index} is out of order`)
  const last = events.at(-1)
  const isEnded = ['response.completed', 'response.incomplete'].includes(textAt(last, 'type'))
  const seen = isEnded ? read(at(last, 'response') as Json) : nothingSeen
  const said = joined('response.output_text.delta')
  if (isEnded && said !== seen.text) throw new Error(`the pieces say "${said}", the end "${seen.text}"`)
  const failed = events.filter((event) => ['error', 'response.failed'].includes(textAt(event, 'type')))
  const errors = failed.map(
    (event) => textAt(event, 'message') || textAt(event, 'response', 'error', 'message'),
  )
  return { ...seen, text: said, isEnded, error: errors[0] ?? '' }
}
