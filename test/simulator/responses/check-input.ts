// What the Responses API demands of its input: items that it knows, in the words that their roles have, sealed thoughts that
// are its own, and one output for each call.
import { isRecord } from '../chat-question.ts'
import type { Refusal } from '../dialect.ts'
import { unsealed } from '../seal.ts'
import type { Body } from './response.ts'
import type { StoredResponses } from './stored.ts'

const callIdLengthMax = 64
const idPrefixes = new Map([
  ['message', 'msg'],
  ['function_call', 'fc'],
  ['custom_tool_call', 'ctc'],
  ['reasoning', 'rs'],
])
const itemTypes = new Set(
  [
    'message function_call function_call_output reasoning item_reference custom_tool_call custom_tool_call_output',
    'web_search_call file_search_call computer_call computer_call_output image_generation_call mcp_call',
    'code_interpreter_call local_shell_call local_shell_call_output mcp_list_tools mcp_approval_request',
    'mcp_approval_response compaction',
  ].flatMap((line) => line.split(' ')),
)
const partTypes = new Map([
  ['assistant', ['output_text', 'refusal']],
  ['user', ['input_text', 'input_image', 'input_file', 'input_audio']],
])

/** A text is one message; an item without a type is a message too. */
export function itemsOf(input: unknown): readonly Body[] {
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }]
  return (Array.isArray(input) ? input : []).filter(isRecord).map((item) => ({ type: 'message', ...item }))
}

/** `openCalls`: those of the answer that the request goes on from. */
export function complaintAboutInput(
  items: readonly Body[],
  openCalls: readonly string[],
  stored: StoredResponses,
): Refusal | undefined {
  for (const [index, item] of items.entries()) {
    const complaint = complaintAboutItem(item, `input[${index}]`, stored)
    if (complaint !== undefined) return complaint
  }
  return complaintAboutCalls(items, openCalls)
}

function complaintAboutItem(item: Body, path: string, stored: StoredResponses): Refusal | undefined {
  const { type, id, call_id: callId } = item
  if (typeof type !== 'string' || !itemTypes.has(type))
    return refusal(`Invalid value: '${String(type)}'.`, `${path}.type`)
  const prefix = idPrefixes.get(type)
  if (prefix !== undefined && typeof id === 'string' && !id.startsWith(prefix))
    return refusal(
      `Invalid '${path}.id': '${id}'. Expected an ID that begins with '${prefix}'.`,
      `${path}.id`,
    )
  if (typeof callId === 'string' && callId.length > callIdLengthMax)
    return refusal(
      `Invalid '${path}.call_id': string too long.`,
      `${path}.call_id`,
      'string_above_max_length',
    )
  if (type === 'message') return complaintAboutMessage(item, path)
  if (type === 'reasoning') return complaintAboutReasoning(item, stored)
  if (type === 'item_reference') return isKept(id, stored) ? undefined : notFound(id)
  const needed = neededMembers.get(type)?.find((name) => typeof item[name] !== 'string')
  if (needed !== undefined) return missing(`${path}.${needed}`)
  return undefined
}

const neededMembers = new Map([
  ['function_call', ['call_id', 'name', 'arguments']],
  ['function_call_output', ['call_id']],
  ['custom_tool_call', ['call_id', 'name', 'input']],
  ['custom_tool_call_output', ['call_id']],
])

function complaintAboutMessage({ role, content }: Body, path: string): Refusal | undefined {
  if (role !== 'user' && role !== 'assistant' && role !== 'system' && role !== 'developer')
    return refusal(`Invalid value: '${String(role)}'.`, `${path}.role`, 'invalid_value')
  if (typeof content === 'string') return undefined
  if (!Array.isArray(content)) return missing(`${path}.content`)
  const known = partTypes.get(role === 'assistant' ? 'assistant' : 'user') ?? []
  for (const [index, part] of content.entries()) {
    const type = isRecord(part) ? String(part['type']) : ''
    if (known.includes(type)) continue
    const supported = known.map((name) => `'${name}'`).join(', ')
    const message = `Invalid value: '${type}'. Supported values are: ${supported}.`
    return refusal(message, `${path}.content[${index}].type`, 'invalid_value')
  }
  return undefined
}

/** A thought without its seal must be one that we kept. */
function complaintAboutReasoning(item: Body, stored: StoredResponses): Refusal | undefined {
  const seal = item['encrypted_content']
  if (seal === undefined || seal === null)
    return isKept(item['id'], stored) ? undefined : notFound(item['id'])
  if (unsealed('responses', seal) !== undefined) return undefined
  const message =
    `The encrypted content for item ${String(item['id'])} could not be verified. ` +
    'Reason: Encrypted content could not be decrypted or parsed.'
  return { status: 400, refused: { message, code: 'invalid_encrypted_content' } }
}

function complaintAboutCalls(items: readonly Body[], openCalls: readonly string[]): Refusal | undefined {
  const idsOf = (...types: readonly unknown[]): readonly string[] =>
    items.filter((item) => types.includes(item['type'])).map((item) => String(item['call_id']))
  const called = new Set([...openCalls, ...idsOf('function_call', 'custom_tool_call')])
  const answered = new Set(idsOf('function_call_output', 'custom_tool_call_output'))
  const stray = [...answered].find((id) => !called.has(id))
  if (stray !== undefined)
    return refusal(`No tool call found for function call output with call_id ${stray}.`, 'input')
  const open = [...called].find((id) => !answered.has(id))
  return open === undefined ? undefined : refusal(`No tool output found for function call ${open}.`, 'input')
}

function isKept(id: unknown, stored: StoredResponses): boolean {
  return typeof id === 'string' && stored.item(id) !== undefined
}

function notFound(id: unknown): Refusal {
  const message =
    `Item with id '${String(id)}' not found. Items are not persisted when \`store\` is set to false. ` +
    'Try again with `store` set to true, or remove this item from your input.'
  return { status: 404, refused: { message, param: 'input', code: null } }
}

export function missing(path: string): Refusal {
  return refusal(`Missing required parameter: '${path}'.`, path, 'missing_required_parameter')
}

export function refusal(message: string, param: string, code?: string): Refusal {
  return { status: 400, refused: { message, param, code: code ?? null } }
}
