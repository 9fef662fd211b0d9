// A Responses request, checked as the real API does, and its question in chat's form.
import { isRecord } from '../chat-question.ts'
import type { ChatQuestion } from '../chat-question.ts'
import type { Refusal } from '../dialect.ts'
import { complaintAboutInput, itemsOf, missing, refusal } from './check-input.ts'
import type { Body } from './response.ts'
import type { Kept, StoredResponses } from './stored.ts'

const members = new Set(
  [
    'access_programs background client_metadata context_management conversation image include input instructions max_output_tokens',
    'max_tool_calls metadata model moderation parallel_tool_calls previous_response_id prompt prompt_cache_key',
    'prompt_cache_options prompt_cache_retention reasoning safety_identifier service_tier store stream stream_options',
    'temperature text tool_choice tools top_logprobs top_p truncation user',
  ].flatMap((line) => line.split(' ')),
)
const outputTokensMin = 16

const nothingKept: Kept = { messages: [], openCalls: [] }

/** The answer that the request goes on from; a refusal when there is none of that id. */
export function keptFor(body: Body, stored: StoredResponses): Kept | Refusal {
  const id = body['previous_response_id']
  if (typeof id !== 'string') return nothingKept
  const message = `Previous response with id '${id}' not found.`
  return stored.response(id) ?? refusal(message, 'previous_response_id', 'previous_response_not_found')
}

export function complaintAbout(body: Body, kept: Kept, stored: StoredResponses): Refusal | undefined {
  const extra = Object.keys(body).find((name) => !members.has(name))
  if (extra !== undefined) return refusal(`Unknown parameter: '${extra}'.`, extra, 'unknown_parameter')
  if (typeof body['model'] !== 'string') return missing('model')
  const { input } = body
  if (input === undefined) return missing('input')
  if (typeof input !== 'string' && !Array.isArray(input))
    return refusal("Invalid type for 'input': expected one of an array of input items or a string.", 'input')
  return (
    complaintAboutLength(body['max_output_tokens']) ??
    complaintAboutTools(body['tools']) ??
    complaintAboutInput(itemsOf(input), kept.openCalls, stored)
  )
}

function complaintAboutLength(max: unknown): Refusal | undefined {
  if (typeof max !== 'number' || max >= outputTokensMin) return undefined
  const message =
    "Invalid 'max_output_tokens': integer below minimum value. " +
    `Expected a value >= ${outputTokensMin}, but got ${max} instead.`
  return refusal(message, 'max_output_tokens', 'integer_below_min_value')
}

function complaintAboutTools(tools: unknown): Refusal | undefined {
  for (const [index, tool] of (Array.isArray(tools) ? tools : []).entries()) {
    if (!isRecord(tool) || typeof tool['type'] !== 'string') return missing(`tools[${index}].type`)
    if (isCallable(tool) && typeof tool['name'] !== 'string') return missing(`tools[${index}].name`)
  }
  return undefined
}

export function chatQuestionOf(body: Body, said: readonly unknown[]): ChatQuestion {
  const instructions = body['instructions']
  const choice = body['tool_choice']
  const tools = Array.isArray(body['tools']) ? body['tools'].filter(isCallable).map(chatTool) : undefined
  return {
    model: body['model'],
    messages: [
      ...(typeof instructions === 'string' ? [{ role: 'system', content: instructions }] : []),
      ...said,
    ],
    max_tokens: typeof body['max_output_tokens'] === 'number' ? body['max_output_tokens'] : undefined,
    tools,
    tool_choice: isRecord(choice) ? { function: { name: choice['name'] } } : choice,
    parallel_tool_calls: body['parallel_tool_calls'] !== false,
    response_format: formatOf(body['text']),
  }
}

export function chatMessagesOf(input: unknown, stored: StoredResponses): readonly unknown[] {
  return itemsOf(input).flatMap((item) => {
    if (item['type'] === 'message') return [{ role: item['role'], content: chatParts(item['content']) }]
    if (item['type'] === 'function_call_output' || item['type'] === 'custom_tool_call_output')
      return [{ role: 'tool', content: chatParts(item['output']) }]
    return item['type'] === 'item_reference' ? (stored.item(String(item['id'])) ?? []) : []
  })
}

function chatParts(content: unknown): unknown {
  if (!Array.isArray(content)) return content
  return content.filter(isRecord).map((part) => {
    const text = part['text'] ?? part['refusal']
    return typeof text === 'string' ? { type: 'text', text } : { type: 'image_url' }
  })
}

export function isCustomTool(tool: Body): boolean {
  return tool['type'] === 'custom'
}

/** Tools that the client answers. */
function isCallable(tool: unknown): boolean {
  return isRecord(tool) && (tool['type'] === 'function' || isCustomTool(tool))
}

function chatTool(tool: unknown): unknown {
  if (!isRecord(tool)) return undefined
  return { type: 'function', function: { name: tool['name'], parameters: tool['parameters'] } }
}

function formatOf(text: unknown): unknown {
  const format = isRecord(text) ? text['format'] : undefined
  if (!isRecord(format) || format['type'] === 'text') return undefined
  return format['type'] === 'json_schema' ? { type: 'json_schema', json_schema: format } : format
}
