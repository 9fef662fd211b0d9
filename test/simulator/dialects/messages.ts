// Anthropic's Messages API (https://platform.claude.com/docs/en/api/messages, seen 2026-11-21).
import type { AnswerPlan, ChoicePlan } from '../answer-plan.ts'
import { isRecord } from '../chat-question.ts'
import type { ChatQuestion } from '../chat-question.ts'
import type { ErrorFacts } from '../error-body.ts'
import type { EventStep } from '../step.ts'
import { argumentPieces } from '../tool-calls.ts'
import { usageSent } from '../usage-numbers.ts'
import { event, isOwnSeal, records, refuse, sealOf, text, unknownMember } from './wire-dialect.ts'
import type { Asked, Refusal, WireDialect } from './wire-dialect.ts'

type Json = Readonly<Record<string, unknown>>

/** Threads that this server keeps; shared by all simulators of a process. */
const kept = new Map<string, readonly Json[]>()
const keptMax = 10_000

const members = new Set([
  'model',
  'messages',
  'max_tokens',
  'stream',
  'system',
  'tools',
  'tool_choice',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'metadata',
  'thinking',
  'output_config',
  'service_tier',
  'container',
  'cache_control',
  'thread',
  'context_management',
  'mcp_servers',
  'betas',
  'diagnostics',
  'speed',
  'inference_geo',
])
const types: ReadonlyMap<number, string> = new Map([
  [401, 'authentication_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [503, 'overloaded_error'],
  [529, 'overloaded_error'],
])

export const messages: WireDialect = {
  endpoint: 'messages',
  idPrefix: 'msg_',
  framing: 'events',
  lineEnd: 'lf',
  contentType: 'text/event-stream; charset=utf-8',
  readQuestion,
  whole: (plan) => {
    const { message, usage } = wholeMessage(plan)
    return event(message, { tokens: plan.counts.output, ...usage })
  },
  stream: streamed,
  extra: (_plan, word) =>
    named('content_block_delta', { index: 0, delta: { type: 'text_delta', text: word } }, { tokens: 1 }),
  error: errorBody,
  errorEvent: (status, facts) => event(errorBody(status, facts), { name: 'error' }),
}

function readQuestion({ body, header, stream }: Asked): ChatQuestion | Refusal {
  if (header('anthropic-version') === undefined) return refuse('anthropic-version: header is required')
  const odd = unknownMember(body, members)
  if (odd !== undefined) return refuse(`${odd}: Extra inputs are not permitted`)
  if (typeof body['model'] !== 'string') return refuse('model: Field required')
  if (!Number.isInteger(body['max_tokens'])) return refuse('max_tokens: Field required')
  if (!Array.isArray(body['messages'])) return refuse('messages: Field required')
  const thread = isRecord(body['thread']) ? body['thread'] : undefined
  const previousId = thread?.['previous_message_id']
  const earlier = typeof previousId === 'string' ? kept.get(previousId) : []
  if (earlier === undefined) {
    return { ...refuse('The thread does not exist.', 404), details: { error_code: 'thread_not_found' } }
  }
  const turns = [...earlier, ...records(body['messages'])]
  if (turns[0]?.['role'] !== 'user') return refuse('messages: first message must use the "user" role')
  const wrong = wrongBlock(turns)
  if (wrong !== undefined) return refuse(wrong)
  const format = isRecord(body['output_config']) ? body['output_config']['format'] : undefined
  const thinking = isRecord(body['thinking']) ? body['thinking']['type'] : undefined
  const choice = isRecord(body['tool_choice']) ? body['tool_choice'] : {}
  return {
    model: body['model'],
    stream,
    stream_options: { include_usage: true },
    max_completion_tokens: Number(body['max_tokens']),
    messages: [...systemTurns(body['system']), ...turns.map(chatTurn)],
    tools: records(body['tools']).map((tool) => ({
      function: { name: tool['name'], parameters: tool['input_schema'] },
    })),
    tool_choice:
      choice['type'] === 'none'
        ? 'none'
        : choice['type'] === 'tool'
          ? { function: { name: choice['name'] } }
          : 'auto',
    parallel_tool_calls: choice['disable_parallel_tool_use'] !== true,
    response_format: isRecord(format)
      ? { type: 'json_schema', json_schema: { schema: format['schema'] } }
      : undefined,
    keeps: thread === undefined ? undefined : turns,
    reasons: thinking === 'enabled' || thinking === 'adaptive',
    stops: Array.isArray(body['stop_sequences']) ? body['stop_sequences'].map(String) : [],
  }
}

/** What the real API would refuse about the blocks of a conversation. */
function wrongBlock(turns: readonly Json[]): string | undefined {
  let asked = new Set<unknown>()
  for (const [index, turn] of turns.entries()) {
    const blocks = records(turn['content'])
    for (const [place, block] of blocks.entries()) {
      const path = `messages.${index}.content.${place}`
      const { type } = block
      if (type === 'thinking' && !isOwnSeal(block['signature']))
        return `${path}: Invalid \`signature\` in \`thinking\` block`
      if (type === 'tool_result' && !asked.has(block['tool_use_id'])) {
        return `${path}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${text(block['tool_use_id'])}`
      }
      if (type === 'text' && block['text'] === '') return `${path}: text content blocks must be non-empty`
      if (type === 'tool_use' && !isRecord(block['input']))
        return `${path}.tool_use.input: Input should be a valid dictionary`
    }
    asked = new Set(blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => id))
  }
  return undefined
}

function systemTurns(system: unknown): readonly Json[] {
  if (typeof system === 'string') return [{ role: 'system', content: system }]
  return records(system).length === 0 ? [] : [{ role: 'system', content: records(system) }]
}

/** As the simulator counts words and media: text stays text, everything else is a part of another type. */
function chatTurn(turn: Json): Json {
  const blocks = records(turn['content'])
  if (typeof turn['content'] === 'string') return turn
  const isResult = blocks.length > 0 && blocks.every(({ type }) => type === 'tool_result')
  const parts = blocks.filter(({ type }) => type === 'text' || type === 'image' || type === 'document')
  return { role: isResult ? 'tool' : turn['role'], content: parts }
}

function blocksOf(choice: ChoicePlan, plan: AnswerPlan): readonly Json[] {
  const thought = choice.reasoning.join('')
  const said = choice.refusal ?? choice.tokens.join('')
  return [
    ...(thought === '' ? [] : [{ type: 'thinking', thinking: thought, signature: sealOf(plan.id) }]),
    ...(said === '' ? [] : [{ type: 'text', text: said }]),
    ...choice.toolCalls.map(({ name, arguments: input }, index) => ({
      type: 'tool_use',
      id: `toolu_${plan.id.slice(-8)}_${index}`,
      name,
      input: JSON.parse(input) as unknown,
    })),
  ]
}

function stopOf({ finishReason, refusal, stopText }: ChoicePlan): Json {
  const reason =
    refusal !== undefined
      ? 'refusal'
      : stopText !== undefined
        ? 'stop_sequence'
        : (reasons.get(finishReason) ?? finishReason)
  return { stop_reason: reason, stop_sequence: stopText ?? null, stop_details: null }
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['stop', 'end_turn'],
  ['length', 'max_tokens'],
  ['tool_calls', 'tool_use'],
  ['content_filter', 'refusal'],
])

function usageOf({ counts, usageStyle }: AnswerPlan): { readonly json: object; readonly usage: object } {
  if (usageStyle === 'missing') return { json: {}, usage: {} }
  const sent = usageSent(counts, usageStyle)
  const json = {
    input_tokens: sent.prompt_tokens,
    output_tokens: sent.completion_tokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
  }
  return { json: { usage: json }, usage: { usage: sent } }
}

function firstChoice(plan: AnswerPlan): ChoicePlan {
  return plan.choices[0] ?? { reasoning: [], tokens: [], toolCalls: [], finishReason: 'stop' }
}

function wholeMessage(plan: AnswerPlan): { readonly message: object; readonly usage: object } {
  const choice = firstChoice(plan)
  const { json, usage } = usageOf(plan)
  const content = blocksOf(choice, plan)
  keep(plan, content)
  const message = {
    id: plan.id,
    type: 'message',
    role: 'assistant',
    model: plan.model,
    content,
    ...stopOf(choice),
  }
  return { message: { ...message, ...json }, usage }
}

function keep({ id, keeps }: AnswerPlan, content: readonly Json[]): void {
  if (keeps === undefined) return
  if (kept.size >= keptMax) kept.clear()
  kept.set(id, [...(keeps as readonly Json[]), { role: 'assistant', content }])
}

function named(name: string, value: object, more: Partial<Omit<EventStep, 'kind' | 'text'>> = {}): EventStep {
  return event({ type: name, ...value }, { name, ...more })
}

function* streamed(plan: AnswerPlan): Generator<EventStep> {
  const choice = firstChoice(plan)
  const { json, usage } = usageOf(plan)
  const start = { id: plan.id, type: 'message', role: 'assistant', model: plan.model, content: [] }
  const opening = {
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: plan.counts.input, output_tokens: 1 },
  }
  yield named('message_start', { message: { ...start, ...opening } })
  yield named('ping', {})
  for (const [index, block] of blocksOf(choice, plan).entries()) yield* blockEvents(block, index, choice)
  yield named('message_delta', { delta: stopOf(choice), ...json }, { ending: 'finish', ...usage })
  keep(plan, blocksOf(choice, plan))
  yield named('message_stop', {}, { ending: 'done' })
}

function* blockEvents(block: Json, index: number, choice: ChoicePlan): Generator<EventStep> {
  const delta = (value: object, tokens: number): EventStep =>
    named('content_block_delta', { index, delta: value }, { tokens })
  if (block['type'] === 'thinking') {
    yield named('content_block_start', {
      index,
      content_block: { type: 'thinking', thinking: '', signature: '' },
    })
    for (const thought of choice.reasoning) yield delta({ type: 'thinking_delta', thinking: thought }, 1)
    yield delta({ type: 'signature_delta', signature: block['signature'] }, 0)
  } else if (block['type'] === 'text') {
    yield named('content_block_start', { index, content_block: { type: 'text', text: '' } })
    const tokens = choice.refusal === undefined ? choice.tokens : [choice.refusal]
    for (const token of tokens) yield delta({ type: 'text_delta', text: token }, 1)
  } else {
    yield named('content_block_start', { index, content_block: { ...block, input: {} } }, { tokens: 1 })
    for (const piece of argumentPieces(JSON.stringify(block['input']))) {
      yield delta({ type: 'input_json_delta', partial_json: piece }, 1)
    }
  }
  yield named('content_block_stop', { index })
}

function errorBody(status: number, { message, type, details }: ErrorFacts): object {
  const own = types.get(status) ?? (status < 500 ? 'invalid_request_error' : 'api_error')
  const error = {
    type: type ?? own,
    message: message ?? `The simulator answers ${status}.`,
    ...(details !== undefined && { details }),
  }
  return { type: 'error', error, request_id: 'req_simulator' }
}
