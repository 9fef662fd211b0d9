// What a provider was sent of a loop of tools, in one form for all dialects: a line for each thought's seal, each call and
// each result, in the order in which they stand.
import type { ReceivedRequest } from '../simulator/read-requests.ts'

type Json = Readonly<Record<string, unknown>>

export function linesSent({ body }: ReceivedRequest): readonly string[] {
  const sent = JSON.parse(Buffer.from(body).toString()) as Json
  if (sent['contents'] !== undefined) return listOf(sent['contents']).flatMap(geminiLines)
  if (sent['input'] !== undefined) return listOf(sent['input']).flatMap(itemLines)
  return listOf(sent['messages']).flatMap(messageLines)
}

function itemLines(item: Json): readonly string[] {
  switch (item['type']) {
    case 'reasoning':
      return [`seal ${text(item['encrypted_content'])}`]
    case 'function_call':
      return [`call ${text(item['call_id'])} ${text(item['name'])} ${text(item['arguments'])}`]
    case 'function_call_output':
      return [`result ${text(item['call_id'])} ${text(item['output'])}`]
    default:
      return []
  }
}

/** Messages of Anthropic's and of OpenAI's have no member in common that means something else. */
function messageLines(message: Json): readonly string[] {
  if (message['role'] === 'tool')
    return [`result ${text(message['tool_call_id'])} ${text(message['content'])}`]
  return [...listOf(message['content']).flatMap(blockLines), ...listOf(message['tool_calls']).map(chatCall)]
}

function chatCall(call: Json): string {
  const called = call['function'] as Json
  return `call ${text(call['id'])} ${text(called['name'])} ${text(called['arguments'])}`
}

function blockLines(block: Json): readonly string[] {
  switch (block['type']) {
    case 'thinking':
      return [`seal ${text(block['signature'])}`]
    case 'redacted_thinking':
      return [`seal ${text(block['data'])}`]
    case 'tool_use':
      return [`call ${text(block['id'])} ${text(block['name'])} ${JSON.stringify(block['input'])}`]
    case 'tool_result':
      return [`result ${text(block['tool_use_id'])} ${textOfContent(block['content'])}`]
    default:
      return []
  }
}

function textOfContent(content: unknown): string {
  if (typeof content === 'string') return content
  return listOf(content)
    .map((part) => text(part['text']))
    .join('')
}

function geminiLines(content: Json): readonly string[] {
  return listOf(content['parts']).flatMap((part) => {
    const { functionCall: call, functionResponse: result, thoughtSignature: seal } = part
    const lines = seal === undefined ? [] : [`seal ${text(seal)}`]
    if (isJson(call))
      lines.push(`call ${text(call['id'])} ${text(call['name'])} ${JSON.stringify(call['args'])}`)
    if (isJson(result)) lines.push(`result ${text(result['id'])} ${resultText(result['response'])}`)
    return lines
  })
}

/** A text is wrapped, because the API wants an object. */
function resultText(response: unknown): string {
  return isJson(response) ? text(response['result'] ?? response['output'] ?? response['content']) : ''
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isJson) : []
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
