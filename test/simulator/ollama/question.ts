// A request to /api/chat, checked as the real server does, and its question in chat's form. Members that it does not know
// are ignored, those of a wrong type are not.
import { isRecord } from '../chat-question.ts'
import type { ChatQuestion } from '../chat-question.ts'

export type Body = Readonly<Record<string, unknown>>

const roles = new Set<unknown>(['system', 'user', 'assistant', 'tool'])
const thinkLevels = new Set<unknown>(['low', 'medium', 'high', 'max'])

/** The first complaint about a body; undefined when it is good. */
export function complaintAbout(body: Body): string | undefined {
  const { model, messages = [], options, format, think } = body
  if (typeof model !== 'string' || model === '') return 'model is required'
  if (!Array.isArray(messages)) return wrongType('messages', '[]api.Message')
  if (options !== undefined && options !== null && !isRecord(options))
    return wrongType('options', 'map[string]interface')
  if (format !== undefined && format !== null && format !== '' && format !== 'json' && !isRecord(format))
    return `invalid format: ${JSON.stringify(format)}; expected "json" or a valid JSON Schema object`
  if (typeof think === 'string' && !thinkLevels.has(think))
    return `invalid think value: "${think}" (must be "high", "medium", "low", "max", true, or false)`
  for (const message of messages) {
    const complaint = complaintAboutMessage(isRecord(message) ? message : {})
    if (complaint !== undefined) return complaint
  }
  return undefined
}

function complaintAboutMessage({ role, content, images, tool_calls: calls }: Body): string | undefined {
  if (!roles.has(role))
    return `invalid role: ${String(role)}, must be one of ["system", "user", "assistant", or "tool"]`
  if (content !== undefined && typeof content !== 'string') return wrongType('messages.content', 'string')
  const isBare = (image: unknown): boolean => typeof image === 'string' && /^[A-Za-z0-9+/]+=*$/u.test(image)
  if (Array.isArray(images) && !images.every(isBare)) return 'illegal base64 data at input byte 4'
  for (const call of Array.isArray(calls) ? calls : []) {
    const called = isRecord(call) ? call['function'] : undefined
    if (!isRecord(called) || typeof called['name'] !== 'string')
      return 'tool calls need a function with a name'
    const args: unknown = called['arguments']
    if (args !== undefined && !isRecord(args))
      return wrongType('messages.tool_calls.function.arguments', 'api.ToolCallFunctionArguments')
  }
  return undefined
}

function wrongType(path: string, type: string): string {
  return `json: cannot unmarshal value into Go struct field ChatRequest.${path} of type ${type}`
}

export function chatQuestionOf(body: Body): ChatQuestion {
  const { options, format, tools } = body
  const max = isRecord(options) ? options['num_predict'] : undefined
  return {
    model: body['model'],
    messages: messagesOf(body).map(chatMessage),
    // A negative one is no limit.
    max_tokens: typeof max === 'number' && max > 0 ? max : undefined,
    tools: Array.isArray(tools) && tools.length > 0 ? tools : undefined,
    response_format: formatOf(format),
  }
}

export function messagesOf({ messages }: Body): readonly Body[] {
  return Array.isArray(messages) ? messages.filter(isRecord) : []
}

function chatMessage({ role, content, images }: Body): object {
  if (!Array.isArray(images) || images.length === 0) return { role, content }
  return { role, content: [{ type: 'text', text: content }, ...images.map(() => ({ type: 'image_url' }))] }
}

function formatOf(format: unknown): unknown {
  if (format === 'json') return { type: 'json_object' }
  return isRecord(format) ? { type: 'json_schema', json_schema: { schema: format } } : undefined
}
