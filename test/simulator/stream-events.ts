// The events of a streamed answer, made one by one so that a stream of any length costs no memory. The order
// is that of OpenAI: roles, then the choices' deltas in turn, finish reasons, usage, `[DONE]`.
import type { AnswerPlan, ChoicePlan } from './answer-plan.ts'
import type { ScriptedToolCall } from './behaviour.ts'
import { inTurns } from './in-turns.ts'
import { printed } from './json-print.ts'
import { logprobsJson } from './logprobs.ts'
import type { EventStep } from './step.ts'
import { argumentPieces, callId } from './tool-calls.ts'
import { usageJson, usageSent } from './usage-numbers.ts'
import type { UsageSent } from './usage-numbers.ts'

interface Delta {
  readonly json: string
  readonly logprobs: string
  readonly tokens: number
}

export function* streamEvents(plan: AnswerPlan): Generator<EventStep> {
  const writer = new ChunkWriter(plan)
  if (plan.script.promptFilterEvent === true) yield writer.promptFilter()
  for (const index of plan.choices.keys()) {
    const content = plan.choices[index]?.toolCalls.length === 0 ? '""' : 'null'
    yield writer.chunk(index, `{"role":"assistant","content":${content},"refusal":null}`, 'null', 0)
  }
  yield* inTurn(plan, writer)
  for (const [index, choice] of plan.choices.entries()) {
    yield writer.finish(index, choice.finishReason, index === plan.choices.length - 1)
  }
  const usage = writer.usageEvent()
  if (usage !== undefined) yield usage
  yield { kind: 'event', text: '[DONE]', tokens: 0, place: 'end' }
}

/** One more event of text, for streams without an end. */
export function extraEvent(plan: AnswerPlan, word: string): EventStep {
  return new ChunkWriter(plan).chunk(0, `{"content":${JSON.stringify(word)}}`, 'null', 1)
}

function* inTurn(plan: AnswerPlan, writer: ChunkWriter): Generator<EventStep> {
  const open = new Map(plan.choices.map((choice, index) => [index, deltasOf(choice, plan)]))
  while (open.size > 0) {
    for (const [index, deltas] of open) {
      const next = deltas.next()
      if (next.done === true) {
        open.delete(index)
        continue
      }
      yield writer.chunk(index, next.value.json, next.value.logprobs, next.value.tokens)
      if (plan.script.filterEvents === true) yield writer.filtered(index)
    }
  }
}

function* deltasOf(choice: ChoicePlan, plan: AnswerPlan): Generator<Delta, undefined> {
  for (const thought of choice.reasoning) {
    yield { json: `{"reasoning_content":${JSON.stringify(thought)}}`, logprobs: 'null', tokens: 1 }
  }
  for (const token of choice.isRefusal ? choice.tokens : []) {
    yield { json: `{"refusal":${JSON.stringify(token)}}`, logprobs: 'null', tokens: 1 }
  }
  for (const token of choice.isRefusal ? [] : choice.tokens) {
    const logprobs = logprobsJson([token], plan.topLogprobs)
    yield { json: `{"content":${JSON.stringify(token)}}`, logprobs, tokens: 1 }
  }
  const calls = choice.toolCalls.map((call, index) => callDeltas(call, index, plan))
  if (plan.script.parallelTools === true) yield* inTurns(calls)
  else for (const call of calls) yield* call
}

function callDeltas(call: ScriptedToolCall, index: number, plan: AnswerPlan): readonly Delta[] {
  const head = { index, id: callId(plan, index), type: 'function' }
  const opening = { ...head, function: { name: call.name, arguments: '' } }
  const pieces = argumentPieces(call.arguments).map((piece) => ({ index, function: { arguments: piece } }))
  return [opening, ...pieces].map((piece) => ({
    json: JSON.stringify({ tool_calls: [piece] }),
    logprobs: 'null',
    tokens: 1,
  }))
}

/** Prints chunks with a common head, and keeps the running count that some usage styles show. */
class ChunkWriter {
  readonly #plan: AnswerPlan
  readonly #head: string
  #tokens = 0

  constructor(plan: AnswerPlan) {
    this.#plan = plan
    this.#head =
      `{"id":${JSON.stringify(plan.id)},"object":"chat.completion.chunk","created":${plan.createdSeconds},` +
      `"model":${JSON.stringify(plan.model)},"service_tier":"default","system_fingerprint":"fp_simulator",`
  }

  chunk(index: number, delta: string, logprobs: string, tokens: number): EventStep {
    this.#tokens += tokens
    const choice = `{"index":${index},"delta":${delta},"logprobs":${logprobs},"finish_reason":null}`
    return this.#event(`"choices":[${choice}]`, this.#usual(), tokens)
  }

  finish(index: number, reason: string, isLast: boolean): EventStep {
    const choice = `{"index":${index},"delta":{},"logprobs":null,"finish_reason":${JSON.stringify(reason)}}`
    const withUsage = isLast && this.#plan.usageStyle === 'in-final-content'
    const step = this.#event(`"choices":[${choice}]`, withUsage ? this.#final() : this.#usual(), 0)
    return { ...step, place: 'closing' }
  }

  usageEvent(): EventStep | undefined {
    const { usageStyle, usageAsked } = this.#plan
    if (usageStyle === 'missing' || usageStyle === 'in-final-content') return undefined
    if (!usageAsked && (usageStyle === 'as-asked' || usageStyle === 'every-event')) return undefined
    return { ...this.#event('"choices":[]', this.#final(), 0), place: 'closing' }
  }

  promptFilter(): EventStep {
    const results = '"prompt_filter_results":[{"prompt_index":0,"content_filter_results":{}}]'
    return this.#event(`"choices":[],${results}`, this.#usual(), 0)
  }

  filtered(index: number): EventStep {
    const choice = `{"index":${index},"finish_reason":null,"content_filter_results":{},"content_filter_offsets":{}}`
    return this.#event(`"choices":[${choice}]`, this.#usual(), 0)
  }

  #usual(): { json: string; usage?: UsageSent } {
    const { usageStyle, usageAsked, counts } = this.#plan
    if (usageStyle === 'every-event') {
      const running = { ...counts, output: this.#tokens }
      return { json: `,"usage":${usageJson(running, usageStyle)}`, usage: usageSent(running, usageStyle) }
    }
    return { json: usageAsked && usageStyle !== 'missing' ? ',"usage":null' : '' }
  }

  #final(): { json: string; usage: UsageSent } {
    const { usageStyle, counts } = this.#plan
    return { json: `,"usage":${usageJson(counts, usageStyle)}`, usage: usageSent(counts, usageStyle) }
  }

  #event(members: string, usage: { json: string; usage?: UsageSent }, tokens: number): EventStep {
    const text = printed(`${this.#head}${members}${usage.json}}`, this.#plan.script)
    return { kind: 'event', text, tokens, ...(usage.usage === undefined ? {} : { usage: usage.usage }) }
  }
}
