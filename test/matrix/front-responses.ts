// The matrix from the side of a Responses client.
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
  streamed,
  textAt,
  toolAnswer,
  toolName,
  weatherSchema,
} from './front.ts'
import type { Feature, Front, Json, Seen } from './front.ts'

const tool = {
  type: 'function',
  name: toolName,
  description: 'Weather',
  parameters: weatherSchema,
  strict: true,
}
const user = { role: 'user', content: question }

export const responsesFront: Front = {
  name: 'openai-responses',
  ask(model, feature, earlier) {
    const body = asked(feature, earlier)
    if (body === undefined) return undefined
    const stream = streamed.has(feature) ? { stream: true } : {}
    return { path: '/v1/responses', headers: {}, body: { model, store: false, ...stream, ...body } }
  },
  read: seenIn,
  readStream(stream) {
    let last: Json = {}
    let text = ''
    let error = ''
    for (const event of eventsOf(stream)) {
      const type = textAt(event, 'type')
      if (type === 'response.output_text.delta') text += textAt(event, 'delta')
      if (type === 'error') error = textAt(event, 'message') || textAt(event, 'error', 'message')
      if (type === 'response.failed') error = textAt(event, 'response', 'error', 'message')
      if (type === 'response.completed' || type === 'response.incomplete')
        last = at(event, 'response') as Json
    }
    const seen = seenIn(last)
    return { ...seen, text, error, isWhole: seen.finish !== '' }
  },
}

function seenIn(body: Json): Seen {
  const output = listAt(body, 'output')
  const parts = output.flatMap((entry) => listAt(entry, 'content'))
  const calls = output.filter((entry) => at(entry, 'type') === 'function_call')
  const reason = textAt(body, 'incomplete_details', 'reason')
  const cut = reason === 'max_output_tokens' ? 'length' : reason
  return {
    ...nothingSeen,
    text: parts.map((part) => textAt(part, 'text')).join(''),
    refusal: parts.map((part) => textAt(part, 'refusal')).join(''),
    reasoning: output
      .flatMap((entry) => listAt(entry, 'summary'))
      .map((part) => textAt(part, 'text'))
      .join(''),
    calls: calls.map((call) => ({
      id: textAt(call, 'call_id'),
      name: textAt(call, 'name'),
      arguments: parsed(textAt(call, 'arguments')),
    })),
    finish: cut || (calls.length > 0 ? 'tool_calls' : textAt(body, 'status') === 'completed' ? 'stop' : ''),
    inputTokens: numberAt(body, 'usage', 'input_tokens'),
    outputTokens: numberAt(body, 'usage', 'output_tokens'),
    error: textAt(body, 'error', 'message'),
    turn: output,
  }
}

/** This dialect alone has no stop texts. */
function asked(feature: Feature, earlier: Seen | undefined): Json | undefined {
  const words = { type: 'input_text', text: question }
  const reasoning = {
    reasoning: { effort: 'high', summary: 'auto' },
    include: ['reasoning.encrypted_content'],
  }
  switch (feature) {
    case 'tools':
    case 'parallel tools in a stream':
      return { input: [user], tools: [tool] }
    case 'tool results':
      return { input: [user, ...later(earlier)], tools: [tool] }
    case 'reasoning and back':
      return { input: [user, ...later(earlier)], tools: [tool], ...reasoning }
    case 'image': {
      const image = { type: 'input_image', image_url: `data:image/png;base64,${pixel}`, detail: 'auto' }
      return { input: [{ role: 'user', content: [words, image] }] }
    }
    case 'file': {
      const file = {
        type: 'input_file',
        filename: 'page.pdf',
        file_data: `data:application/pdf;base64,${page}`,
      }
      return { input: [{ role: 'user', content: [words, file] }] }
    }
    case 'system':
      return { instructions: rule, input: question }
    case 'stop':
      return undefined
    case 'schema':
      return {
        input: question,
        text: { format: { type: 'json_schema', name: 'weather', strict: true, schema: weatherSchema } },
      }
    default:
      return { input: question }
  }
}

function later(earlier: Seen | undefined): readonly unknown[] {
  if (earlier === undefined) return []
  const results = earlier.calls.map(({ id }) => ({
    type: 'function_call_output',
    call_id: id,
    output: toolAnswer,
  }))
  return [...(earlier.turn as readonly unknown[]), ...results]
}
