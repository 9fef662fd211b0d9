// OpenAI's Responses API (https://developers.openai.com/api/reference/resources/responses, seen 2026-11-21).
import type { AnswerPlan, ChoicePlan } from '../answer-plan.ts'
import { isRecord } from '../chat-question.ts'
import type { ChatQuestion } from '../chat-question.ts'
import { errorObject } from '../error-body.ts'
import type { EventStep } from '../step.ts'
import { argumentPieces } from '../tool-calls.ts'
import { usageSent } from '../usage-numbers.ts'
import { event, isOwnSeal, records, refuse, sealOf, text } from './wire-dialect.ts'
import type { Asked, Refusal, WireDialect } from './wire-dialect.ts'

type Json = Readonly<Record<string, unknown>>

/** What this server keeps, so that a conversation can go on by its id; shared by all simulators of a process. */
const kept = new Map<string, readonly unknown[]>()
const keptMax = 10_000

export const responses: WireDialect = {
  endpoint: 'responses',
  idPrefix: 'resp_',
  framing: 'events',
  lineEnd: 'lf',
  contentType: 'text/event-stream; charset=utf-8',
  readQuestion,
  whole: (plan) => {
    const { response, usage } = responseOf(plan, 'completed')
    return event(response, { tokens: plan.counts.output, ...usage })
  },
  stream: (plan) => new ResponseStream(plan).events(),
  extra: (_plan, word) => {
    const value = {
      type: 'response.output_text.delta',
      item_id: 'msg',
      output_index: 0,
      content_index: 0,
      delta: word,
    }
    return event({ ...value, sequence_number: 0, logprobs: [] }, { name: value.type, tokens: 1 })
  },
  error: errorObject,
  errorEvent: (status, facts) => {
    const { message, code, param } = errorObject(status, facts).error
    return event({ type: 'error', message, code, param, sequence_number: 99 }, { name: 'error' })
  },
}

function readQuestion({ body, stream }: Asked): ChatQuestion | Refusal {
  if (typeof body['model'] !== 'string') return refuse("Missing required parameter: 'model'.")
  const previous = body['previous_response_id']
  const earlier = typeof previous === 'string' ? kept.get(previous) : []
  if (earlier === undefined) {
    return {
      ...refuse(`Previous response with id '${text(previous)}' not found.`),
      code: 'previous_response_not_found',
    }
  }
  const { input } = body
  if (typeof input !== 'string' && !Array.isArray(input))
    return refuse("Missing required parameter: 'input'.")
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : records(input)
  const wrong = wrongItem(items)
  if (wrong !== undefined) return refuse(wrong)
  const all = [...records(earlier), ...items]
  const format = isRecord(body['text']) ? body['text']['format'] : undefined
  const include = Array.isArray(body['include']) ? body['include'] : []
  const instructions =
    typeof body['instructions'] === 'string' ? [{ role: 'system', content: body['instructions'] }] : []
  const choice = body['tool_choice']
  return {
    model: body['model'],
    stream,
    stream_options: { include_usage: true },
    max_tokens: typeof body['max_output_tokens'] === 'number' ? body['max_output_tokens'] : undefined,
    messages: [...instructions, ...all.flatMap(chatTurns)],
    tools: records(body['tools'])
      .filter(({ type }) => type === 'function')
      .map((tool) => ({ function: tool })),
    tool_choice: isRecord(choice) ? { function: { name: choice['name'] } } : choice,
    parallel_tool_calls: body['parallel_tool_calls'] !== false,
    response_format:
      isRecord(format) && format['type'] === 'json_schema'
        ? { type: 'json_schema', json_schema: { schema: format['schema'] } }
        : undefined,
    reasons: isRecord(body['reasoning']),
    seals: include.includes('reasoning.encrypted_content'),
    keeps: body['store'] === false ? undefined : all,
  }
}

function wrongItem(items: readonly Json[]): string | undefined {
  const asked = new Set<unknown>()
  for (const [index, entry] of items.entries()) {
    const { type, call_id: callId, encrypted_content: seal } = entry
    if (type === 'function_call') asked.add(callId)
    if (type === 'function_call_output' && items.length > 1 && !asked.has(callId)) {
      return `No tool call found for function call output with call_id ${text(callId)}.`
    }
    if (type === 'reasoning' && seal !== undefined && seal !== null && !isOwnSeal(seal)) {
      return `The encrypted content of input[${index}] could not be verified.`
    }
  }
  return undefined
}

function chatTurns(entry: Json): readonly Json[] {
  const { type, role, content } = entry
  if (type === 'function_call_output') return [{ role: 'tool', content: text(entry['output']) }]
  if (type !== undefined && type !== 'message') return []
  if (typeof content === 'string') return [{ role, content }]
  const parts = records(content).map((part) =>
    typeof part['text'] === 'string' ? { type: 'text', text: part['text'] } : { type: 'media' },
  )
  return [{ role, content: parts }]
}

/** The items of an answer, with ids that hold in the stream and in the whole. */
function itemsOf(plan: AnswerPlan): readonly Json[] {
  const choice = choiceOf(plan)
  const base = plan.id.slice(plan.id.indexOf('_') + 1)
  const thought = choice.reasoning.join('')
  const said = choice.tokens.join('')
  const seal = plan.seals ? { encrypted_content: sealOf(plan.id) } : {}
  const content =
    choice.refusal === undefined
      ? { type: 'output_text', text: said, annotations: [], logprobs: [] }
      : { type: 'refusal', refusal: choice.refusal }
  const message = {
    id: `msg_${base}`,
    type: 'message',
    status: 'completed',
    role: 'assistant',
    content: [content],
  }
  return [
    ...(thought === ''
      ? []
      : [
          {
            id: `rs_${base}`,
            type: 'reasoning',
            summary: [{ type: 'summary_text', text: thought }],
            ...seal,
          },
        ]),
    ...(said === '' && choice.refusal === undefined ? [] : [message]),
    ...choice.toolCalls.map((call, index) => ({
      id: `fc_${base}_${index}`,
      type: 'function_call',
      status: 'completed',
      call_id: `call_${plan.id.slice(-8)}_${index}`,
      ...call,
    })),
  ]
}

function choiceOf(plan: AnswerPlan): ChoicePlan {
  return plan.choices[0] ?? { reasoning: [], tokens: [], toolCalls: [], finishReason: 'stop' }
}

function responseOf(
  plan: AnswerPlan,
  status: 'completed' | 'in_progress',
): { readonly response: Json; readonly usage: object; readonly status: string } {
  const isCut = choiceOf(plan).finishReason === 'length'
  const isOver = status === 'completed'
  const output = isOver ? itemsOf(plan) : []
  if (isOver && plan.keeps !== undefined) keep(plan.id, [...plan.keeps, ...output])
  const sent = usageSent(plan.counts, plan.usageStyle)
  const usage = {
    input_tokens: sent.prompt_tokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: sent.completion_tokens,
    output_tokens_details: { reasoning_tokens: plan.counts.reasoning },
    total_tokens: sent.total_tokens,
  }
  const hasUsage = isOver && plan.usageStyle !== 'missing'
  const ended = isCut ? 'incomplete' : 'completed'
  const response = {
    id: plan.id,
    object: 'response',
    created_at: plan.createdSeconds,
    status: isOver ? ended : status,
    error: null,
    incomplete_details: isOver && isCut ? { reason: 'max_output_tokens' } : null,
    instructions: null,
    metadata: {},
    model: plan.model,
    output,
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    usage: hasUsage ? usage : null,
  }
  return { response, usage: hasUsage ? { usage: sent } : {}, status: ended }
}

function keep(id: string, items: readonly unknown[]): void {
  if (kept.size >= keptMax) kept.clear()
  kept.set(id, items)
}

class ResponseStream {
  readonly #plan: AnswerPlan
  #number = 0

  constructor(plan: AnswerPlan) {
    this.#plan = plan
  }

  *events(): Generator<EventStep> {
    const { response } = responseOf(this.#plan, 'in_progress')
    yield this.#event('response.created', { response })
    yield this.#event('response.in_progress', { response })
    const choice = choiceOf(this.#plan)
    for (const [index, entry] of itemsOf(this.#plan).entries()) {
      if (entry['type'] === 'reasoning') yield* this.#reasoning(entry, index, choice)
      else if (entry['type'] === 'message') yield* this.#message(entry, index, choice)
      else yield* this.#call(entry, index)
    }
    const whole = responseOf(this.#plan, 'completed')
    yield this.#event(
      `response.${whole.status}`,
      { response: whole.response },
      { ending: 'done', ...whole.usage },
    )
  }

  *#reasoning(entry: Json, index: number, choice: ChoicePlan): Generator<EventStep> {
    const place = { item_id: entry['id'], output_index: index, summary_index: 0 }
    const thought = choice.reasoning.join('')
    yield this.#event('response.output_item.added', { output_index: index, item: { ...entry, summary: [] } })
    yield this.#event('response.reasoning_summary_part.added', {
      ...place,
      part: { type: 'summary_text', text: '' },
    })
    for (const delta of choice.reasoning) {
      yield this.#event('response.reasoning_summary_text.delta', { ...place, delta }, { tokens: 1 })
    }
    yield this.#event('response.reasoning_summary_text.done', { ...place, text: thought })
    yield this.#event('response.reasoning_summary_part.done', {
      ...place,
      part: { type: 'summary_text', text: thought },
    })
    yield this.#event('response.output_item.done', { output_index: index, item: entry })
  }

  *#message(entry: Json, index: number, choice: ChoicePlan): Generator<EventStep> {
    const place = { item_id: entry['id'], output_index: index, content_index: 0 }
    const [part = {}] = records(entry['content'])
    const kind = choice.refusal === undefined ? 'output_text' : 'refusal'
    const begun = { ...entry, status: 'in_progress', content: [] }
    yield this.#event('response.output_item.added', { output_index: index, item: begun })
    yield this.#event('response.content_part.added', { ...place, part: emptied(part) })
    const tokens = choice.refusal === undefined ? choice.tokens : [choice.refusal]
    const logprobs = kind === 'output_text' ? { logprobs: [] } : {}
    for (const delta of tokens)
      yield this.#event(`response.${kind}.delta`, { ...place, delta, ...logprobs }, { tokens: 1 })
    const whole = kind === 'output_text' ? { text: part['text'], ...logprobs } : { refusal: part['refusal'] }
    yield this.#event(`response.${kind}.done`, { ...place, ...whole })
    yield this.#event('response.content_part.done', { ...place, part })
    yield this.#event('response.output_item.done', { output_index: index, item: entry })
  }

  *#call(entry: Json, index: number): Generator<EventStep> {
    const place = { item_id: entry['id'], output_index: index }
    const args = text(entry['arguments'])
    const begun = { ...entry, status: 'in_progress', arguments: '' }
    yield this.#event('response.output_item.added', { output_index: index, item: begun }, { tokens: 1 })
    for (const delta of argumentPieces(args)) {
      yield this.#event('response.function_call_arguments.delta', { ...place, delta }, { tokens: 1 })
    }
    yield this.#event('response.function_call_arguments.done', {
      ...place,
      name: entry['name'],
      arguments: args,
    })
    yield this.#event('response.output_item.done', { output_index: index, item: entry })
  }

  #event(type: string, value: object, more: Partial<Omit<EventStep, 'kind' | 'text'>> = {}): EventStep {
    const step = event({ type, ...value, sequence_number: this.#number }, { name: type, ...more })
    this.#number += 1
    return step
  }
}

function emptied(part: Json): Json {
  return part['type'] === 'refusal' ? { ...part, refusal: '' } : { ...part, text: '' }
}
