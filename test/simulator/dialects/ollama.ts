// Ollama's own /api/chat (https://docs.ollama.com/api/chat, seen 2026-11-21): lines of JSON.
import type { AnswerPlan, ChoicePlan } from '../answer-plan.ts'
import { isRecord } from '../chat-question.ts'
import type { ChatQuestion } from '../chat-question.ts'
import type { ErrorFacts } from '../error-body.ts'
import type { EventStep } from '../step.ts'
import { usageSent } from '../usage-numbers.ts'
import { event, records, refuse, text } from './wire-dialect.ts'
import type { Asked, Refusal, WireDialect } from './wire-dialect.ts'

type Json = Readonly<Record<string, unknown>>

export const ollama: WireDialect = {
  endpoint: 'ollama',
  idPrefix: 'ollama-',
  framing: 'lines',
  lineEnd: 'lf',
  contentType: 'application/x-ndjson',
  readQuestion,
  whole: (plan) => {
    const choice = choiceOf(plan)
    const said = choice.refusal ?? choice.tokens.join('')
    return line(plan, messageOf(said, choice.reasoning.join(''), callsOf(choice)), {
      done: true,
      tokens: plan.counts.output,
    })
  },
  stream: streamed,
  extra: (plan, word) => line(plan, messageOf(word), { tokens: 1 }),
  error: (status, { message }: ErrorFacts) => ({ error: message ?? `The simulator answers ${status}.` }),
  errorEvent: (status, { message }) => event({ error: message ?? `The simulator answers ${status}.` }),
}

function readQuestion({ body, stream }: Asked): ChatQuestion | Refusal {
  if (typeof body['model'] !== 'string') return refuse('model is required')
  if (!Array.isArray(body['messages'])) return refuse('messages is required')
  const options = isRecord(body['options']) ? body['options'] : {}
  const { format } = body
  for (const message of records(body['messages'])) {
    if (typeof message['content'] !== 'string')
      return refuse('json: cannot unmarshal into Go struct field content')
    for (const { function: called } of records(message['tool_calls'])) {
      if (!isRecord(called) || !isRecord(called['arguments']))
        return refuse('json: cannot unmarshal arguments')
    }
  }
  return {
    model: body['model'],
    stream,
    stream_options: { include_usage: true },
    max_tokens: typeof options['num_predict'] === 'number' ? options['num_predict'] : undefined,
    messages: records(body['messages']).map(chatTurn),
    tools: records(body['tools']),
    response_format:
      format === 'json'
        ? { type: 'json_object' }
        : isRecord(format)
          ? { type: 'json_schema', json_schema: { schema: format } }
          : undefined,
    reasons: body['think'] !== undefined && body['think'] !== false,
    stops: Array.isArray(options['stop']) ? options['stop'].map(String) : [],
  }
}

function chatTurn(message: Json): Json {
  const images = Array.isArray(message['images']) ? message['images'].map(() => ({ type: 'media' })) : []
  return { role: message['role'], content: [{ type: 'text', text: text(message['content']) }, ...images] }
}

function choiceOf(plan: AnswerPlan): ChoicePlan {
  return plan.choices[0] ?? { reasoning: [], tokens: [], toolCalls: [], finishReason: 'stop' }
}

function messageOf(content: string, thinking = '', calls: readonly Json[] = []): Json {
  return {
    role: 'assistant',
    content,
    ...(thinking === '' ? {} : { thinking }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  }
}

function callsOf(choice: ChoicePlan): readonly Json[] {
  return choice.toolCalls.map(({ name, arguments: args }, index) => ({
    function: { index, name, arguments: JSON.parse(args) as unknown },
  }))
}

function line(
  plan: AnswerPlan,
  message: Json,
  { done = false, tokens = 0 }: { readonly done?: boolean; readonly tokens?: number },
): EventStep {
  const sent = usageSent(plan.counts, plan.usageStyle)
  const { finishReason } = choiceOf(plan)
  const hasUsage = done && plan.usageStyle !== 'missing'
  const value = {
    model: plan.model,
    created_at: '2026-11-21T00:00:00Z',
    message,
    done,
    ...(done ? { done_reason: finishReason === 'length' ? 'length' : 'stop', total_duration: 1 } : {}),
    ...(hasUsage ? { prompt_eval_count: sent.prompt_tokens, eval_count: sent.completion_tokens } : {}),
  }
  return event(value, {
    tokens,
    ...(hasUsage ? { usage: sent } : {}),
    ...(done ? { ending: 'done' as const } : {}),
  })
}

function* streamed(plan: AnswerPlan): Generator<EventStep> {
  const choice = choiceOf(plan)
  for (const thought of choice.reasoning) yield line(plan, messageOf('', thought), { tokens: 1 })
  const tokens = choice.refusal === undefined ? choice.tokens : [choice.refusal]
  for (const token of tokens) yield line(plan, messageOf(token), { tokens: 1 })
  const calls = callsOf(choice)
  const spoken = plan.counts.output - plan.counts.reasoning - tokens.length
  if (calls.length > 0) yield line(plan, messageOf('', '', calls), { tokens: spoken })
  yield line(plan, messageOf(''), { done: true })
}
