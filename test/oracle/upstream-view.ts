// What a provider was sent of a loop of tools, in one form for all dialects: a line for each thought's seal, each call and
// each result, in the order in which they stand.
import { at, listAt, textAt } from '../json-at.ts'
import { jsonBodyOf } from '../simulator/last-request.ts'
import type { ReceivedRequest } from '../simulator/read-requests.ts'

export function linesSent(request: ReceivedRequest): readonly string[] {
  const sent = jsonBodyOf(request)
  if (sent['contents'] !== undefined) return listAt(sent, 'contents').flatMap(geminiLines)
  if (sent['input'] !== undefined) return listAt(sent, 'input').flatMap(itemLines)
  return listAt(sent, 'messages').flatMap(messageLines)
}

function itemLines(item: unknown): readonly string[] {
  switch (textAt(item, 'type')) {
    case 'reasoning':
      return [`seal ${textAt(item, 'encrypted_content')}`]
    case 'function_call':
      return [`call ${textAt(item, 'call_id')} ${textAt(item, 'name')} ${textAt(item, 'arguments')}`]
    case 'function_call_output':
      return [`result ${textAt(item, 'call_id')} ${textAt(item, 'output')}`]
    default:
      return []
  }
}

/** Messages of Anthropic's and of OpenAI's have no member in common that means something else. */
function messageLines(message: unknown): readonly string[] {
  if (textAt(message, 'role') === 'tool')
    return [`result ${textAt(message, 'tool_call_id')} ${textAt(message, 'content')}`]
  return [...listAt(message, 'content').flatMap(blockLines), ...listAt(message, 'tool_calls').map(chatCall)]
}

function chatCall(call: unknown): string {
  const called = [textAt(call, 'function', 'name'), textAt(call, 'function', 'arguments')]
  return `call ${textAt(call, 'id')} ${called.join(' ')}`
}

function blockLines(block: unknown): readonly string[] {
  switch (textAt(block, 'type')) {
    case 'thinking':
      return [`seal ${textAt(block, 'signature')}`]
    case 'redacted_thinking':
      return [`seal ${textAt(block, 'data')}`]
    case 'tool_use':
      return [`call ${textAt(block, 'id')} ${textAt(block, 'name')} ${JSON.stringify(at(block, 'input'))}`]
    case 'tool_result':
      return [`result ${textAt(block, 'tool_use_id')} ${textOfContent(at(block, 'content'))}`]
    default:
      return []
  }
}

function textOfContent(content: unknown): string {
  if (typeof content === 'string') return content
  return listAt(content)
    .map((part) => textAt(part, 'text'))
    .join('')
}

function geminiLines(content: unknown): readonly string[] {
  return listAt(content, 'parts').flatMap((part) => {
    const call = at(part, 'functionCall')
    const result = at(part, 'functionResponse')
    const lines =
      at(part, 'thoughtSignature') === undefined ? [] : [`seal ${textAt(part, 'thoughtSignature')}`]
    if (call !== undefined)
      lines.push(`call ${textAt(call, 'id')} ${textAt(call, 'name')} ${JSON.stringify(at(call, 'args'))}`)
    if (result !== undefined)
      lines.push(`result ${textAt(result, 'id')} ${resultText(at(result, 'response'))}`)
    return lines
  })
}

/** A text is wrapped, because the API wants an object. */
function resultText(response: unknown): string {
  const texts = ['result', 'output', 'content'].map((name) => textAt(response, name))
  return texts.find((text) => text !== '') ?? ''
}
