// A Messages request, checked as the real API does, and its question in chat's form.
import { isRecord } from '../chat-question.ts'
import type { ChatQuestion } from '../chat-question.ts'
import { blocksOf, complaintAboutMessages } from './check-messages.ts'

type Body = Readonly<Record<string, unknown>>

const members = new Set(
  [
    'model messages max_tokens system metadata stop_sequences stream temperature top_k top_p',
    'tools tool_choice thinking service_tier container cache_control context_management',
    'mcp_servers output_config output_format inference_geo speed diagnostics user_profile_id',
    'workspace_id thread compaction fallbacks billing_policy fallback_credit_token',
  ].flatMap((line) => line.split(' ')),
)
const thinkingBudgetMin = 1024

/** The first complaint about a body; undefined when it is good. */
export function complaintAbout(body: Body, isCount: boolean): string | undefined {
  const extra = Object.keys(body).find((name) => !members.has(name))
  if (extra !== undefined) return `${extra}: Extra inputs are not permitted`
  if (typeof body['model'] !== 'string') return 'model: Field required'
  const isContinued = isRecord(body['thread']) && body['thread']['type'] === 'continue'
  if (!isCount && body['max_tokens'] === undefined) return 'max_tokens: Field required'
  if (body['messages'] === undefined) return 'messages: Field required'
  return (
    (isCount ? undefined : complaintAboutNumbers(body)) ??
    complaintAboutMessages(body['messages'], isContinued) ??
    complaintAboutTools(body)
  )
}

function complaintAboutNumbers(body: Body): string | undefined {
  const { max_tokens: maxTokens, temperature, thinking } = body
  if (typeof maxTokens !== 'number' || !Number.isInteger(maxTokens))
    return 'max_tokens: Input should be a valid integer'
  if (maxTokens < 1) return 'max_tokens: Input should be greater than or equal to 1'
  if (typeof temperature === 'number' && (temperature < 0 || temperature > 1))
    return 'temperature: range: 0..1'
  if (!isRecord(thinking) || thinking['type'] !== 'enabled') return undefined
  const budget = thinking['budget_tokens']
  if (typeof budget !== 'number') return 'thinking.enabled.budget_tokens: Field required'
  if (budget < thinkingBudgetMin)
    return 'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024'
  if (budget >= maxTokens) return '`max_tokens` must be greater than `thinking.budget_tokens`.'
  return undefined
}

function complaintAboutTools({ tools, tool_choice: choice, thinking }: Body): string | undefined {
  const isThinking = isRecord(thinking) && thinking['type'] === 'enabled'
  const isForced = isRecord(choice) && (choice['type'] === 'any' || choice['type'] === 'tool')
  if (isThinking && isForced) return 'Thinking may not be enabled when tool_choice forces tool use.'
  if (isForced && !Array.isArray(tools)) return 'tool_choice: tools must be specified'
  for (const [index, tool] of (Array.isArray(tools) ? tools : []).entries()) {
    if (!isRecord(tool) || typeof tool['name'] !== 'string')
      return `tools.${index}.custom.name: Field required`
    const isOwn = tool['type'] === undefined || tool['type'] === 'custom'
    if (isOwn && !isRecord(tool['input_schema'])) return `tools.${index}.custom.input_schema: Field required`
  }
  return undefined
}

/** `before` are the messages that a thread holds already. */
export function chatQuestionOf(body: Body, before: readonly unknown[]): ChatQuestion {
  const choice = isRecord(body['tool_choice']) ? body['tool_choice'] : {}
  const maxTokens = body['max_tokens']
  const tools = Array.isArray(body['tools']) ? body['tools'].map(chatTool) : undefined
  return {
    model: body['model'],
    messages: [
      ...blocksOf(body['system']).map((block) => ({ role: 'system', content: block['text'] })),
      ...before,
      ...chatMessagesOf(body['messages']),
    ],
    max_tokens: typeof maxTokens === 'number' ? maxTokens : undefined,
    tools,
    tool_choice: choice['type'] === 'none' ? 'none' : { function: { name: choice['name'] } },
    parallel_tool_calls: choice['disable_parallel_tool_use'] !== true,
    response_format: formatOf(body),
  }
}

export function chatMessagesOf(messages: unknown): readonly unknown[] {
  return (Array.isArray(messages) ? messages : []).filter(isRecord).flatMap((message) => {
    const blocks = blocksOf(message['content'])
    const results = blocks.filter((block) => block['type'] === 'tool_result')
    const others = blocks.filter((block) => block['type'] !== 'tool_result')
    const said = { role: message['role'], content: others.flatMap(chatPart) }
    return [
      ...results.map((block) => ({ role: 'tool', content: blocksOf(block['content']).flatMap(chatPart) })),
      ...(others.length > 0 ? [said] : []),
    ]
  })
}

/** Text, and what counts as a picture; thoughts and calls are no words of the prompt. */
function chatPart(block: Body): readonly object[] {
  if (block['type'] === 'text') return [{ type: 'text', text: block['text'] }]
  return block['type'] === 'image' || block['type'] === 'document' ? [{ type: 'image_url' }] : []
}

/** Tools of the provider itself have a type of their own and are never called here. */
function chatTool(tool: unknown): unknown {
  if (!isRecord(tool) || (tool['type'] !== undefined && tool['type'] !== 'custom')) return undefined
  return { type: 'function', function: { name: tool['name'], parameters: tool['input_schema'] } }
}

function formatOf(body: Body): unknown {
  const config = isRecord(body['output_config']) ? body['output_config'] : {}
  const format = config['format'] ?? body['output_format']
  if (!isRecord(format) || format['type'] !== 'json_schema') return undefined
  return { type: 'json_schema', json_schema: { schema: format['schema'] } }
}
