// A stream of this dialect as events: one small function per wire event. Unknown events are passed on as foreign. The
// last event holds the whole response, so what the pieces did not bring is told there.
import { isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import type { AnswerEvent } from '../../core/answer-event.ts'
import { MalformedAnswer } from '../dialect.ts'
import { parseEvent } from '../parse-event.ts'
import type { StreamReader, WireEvent } from '../dialect.ts'
import { OutputReading, textOf } from './read-output.ts'
import type { PartPlace } from './read-output.ts'
import { startOf, tellEnd } from './translate-answer.ts'
import { readError } from './translate-error.ts'

interface State {
  readonly output: OutputReading
  stage: 'before' | 'within' | 'over'
}

type Step = (event: JsonObject, state: State) => void

const steps: ReadonlyMap<string, Step> = new Map<string, Step>([
  // Each of the three may be the first, and the later ones repeat it; all first events begin an answer.
  ['response.created', ignore],
  ['response.queued', ignore],
  ['response.in_progress', ignore],
  ['response.output_item.added', openItem],
  ['response.output_item.done', settleItem],
  ['response.content_part.added', ignore],
  ['response.content_part.done', settlePart],
  ['response.output_text.delta', addText],
  ['response.output_text.done', settleText],
  ['response.output_text.annotation.added', addAnnotation],
  ['response.refusal.delta', addRefusal],
  ['response.refusal.done', settleRefusal],
  ['response.reasoning_summary_part.added', ignore],
  ['response.reasoning_summary_part.done', ignore],
  ['response.reasoning_summary_text.delta', addSummary],
  ['response.reasoning_summary_text.done', settleSummary],
  ['response.reasoning_text.delta', addReasoning],
  ['response.reasoning_text.done', settleReasoning],
  ['response.function_call_arguments.delta', addArguments],
  ['response.function_call_arguments.done', settleArguments],
  ['response.custom_tool_call_input.delta', addArguments],
  ['response.custom_tool_call_input.done', settleInput],
  ['response.audio.delta', addSound],
  ['response.audio.done', ignore],
  ['response.audio.transcript.delta', addTranscript],
  ['response.audio.transcript.done', ignore],
  ['response.completed', ends('completed')],
  ['response.incomplete', ends('incomplete')],
  ['response.failed', ends('failed')],
  ['response.cancelled', ends('cancelled')],
  ['error', fail],
  ['keepalive', ignore],
])

/** Reads one stream. An event that breaks the format throws MalformedAnswer. */
export function openReader(): StreamReader {
  const state: State = { output: new OutputReading(), stage: 'before' }
  return {
    read(wire: WireEvent): readonly AnswerEvent[] {
      // Some servers end with the chat dialect's last word.
      if (state.stage === 'over' || wire.data === '' || wire.data === '[DONE]') return []
      take(parseEvent(wire.data), wire.name, state)
      return state.output.drain()
    },
  }
}

function take(event: JsonObject, name: string, state: State): void {
  const type = typeof event['type'] === 'string' ? event['type'] : isObject(event['error']) ? 'error' : name
  const step = steps.get(type)
  if (step === undefined) {
    // Before the answer has begun there is nothing that it could belong to.
    if (state.stage === 'within')
      state.output.tell({ kind: 'foreign', from: 'openai-responses', value: event })
    return
  }
  if (state.stage === 'before' && !withoutStart.has(type)) {
    begin(isObject(event['response']) ? event : nameless, state)
  }
  step(event, state)
}

function ignore(): void {}

/** Events that are no part of an answer, or refuse to give one. */
const withoutStart: ReadonlySet<string> = new Set(['keepalive', 'error'])
const nameless: JsonObject = { response: {} }

function begin(event: JsonObject, state: State): void {
  state.stage = 'within'
  state.output.tell(startOf(objectOf(event, 'response')))
}

function openItem(event: JsonObject, { output }: State): void {
  output.openItem(indexOf(event, 'output_index'), objectOf(event, 'item'))
}

function settleItem(event: JsonObject, { output }: State): void {
  output.settleItem(indexOf(event, 'output_index'), objectOf(event, 'item'))
}

function settlePart(event: JsonObject, { output }: State): void {
  output.settlePart(indexOf(event, 'output_index'), indexOf(event, 'content_index'), objectOf(event, 'part'))
}

function addText(event: JsonObject, { output }: State): void {
  const place = contentPlace(event)
  output.addText('text-delta', place, textOf(event, 'delta'))
  output.addLogprobs(place, event['logprobs'])
}

function settleText(event: JsonObject, { output }: State): void {
  output.settleText('text-delta', contentPlace(event), textOf(event, 'text'))
}

function addAnnotation(event: JsonObject, { output }: State): void {
  output.addAnnotation(contentPlace(event), event['annotation'])
}

function addRefusal(event: JsonObject, { output }: State): void {
  output.addText('refusal-delta', contentPlace(event), textOf(event, 'delta'))
}

function settleRefusal(event: JsonObject, { output }: State): void {
  output.settleText('refusal-delta', contentPlace(event), textOf(event, 'refusal'))
}

function addSummary(event: JsonObject, { output }: State): void {
  output.addText('reasoning-delta', summaryPlace(event), textOf(event, 'delta'))
}

function settleSummary(event: JsonObject, { output }: State): void {
  output.settleText('reasoning-delta', summaryPlace(event), textOf(event, 'text'))
}

function addReasoning(event: JsonObject, { output }: State): void {
  output.addText('reasoning-delta', contentPlace(event), textOf(event, 'delta'))
}

function settleReasoning(event: JsonObject, { output }: State): void {
  output.settleText('reasoning-delta', contentPlace(event), textOf(event, 'text'))
}

function addArguments(event: JsonObject, { output }: State): void {
  output.addArguments(indexOf(event, 'output_index'), textOf(event, 'delta'))
}

function settleArguments(event: JsonObject, { output }: State): void {
  output.settleArguments(indexOf(event, 'output_index'), textOf(event, 'arguments'))
}

function settleInput(event: JsonObject, { output }: State): void {
  output.settleArguments(indexOf(event, 'output_index'), textOf(event, 'input'))
}

function addSound(event: JsonObject, { output }: State): void {
  output.tell({ kind: 'media-delta', choice: 0, media: 'audio', base64: textOf(event, 'delta') })
}

function addTranscript(event: JsonObject, { output }: State): void {
  const transcript = textOf(event, 'delta')
  output.tell({ kind: 'media-delta', choice: 0, media: 'audio', base64: '', transcript })
}

/** The name of the event is surer than the object in it: some servers send that as it was before. */
function ends(status: string): Step {
  return (event, state) => {
    state.stage = 'over'
    tellEnd({ ...objectOf(event, 'response'), status }, state.output)
  }
}

function fail(event: JsonObject, state: State): void {
  state.stage = 'over'
  const error = readError(event) ?? { message: 'The provider reported an error.', type: 'error' }
  state.output.tell({ kind: 'error', error })
}

function contentPlace(event: JsonObject): PartPlace {
  return { index: indexOf(event, 'output_index'), part: `content.${indexOf(event, 'content_index')}` }
}

function summaryPlace(event: JsonObject): PartPlace {
  return { index: indexOf(event, 'output_index'), part: `summary.${indexOf(event, 'summary_index')}` }
}

function indexOf(event: JsonObject, name: string): number {
  const value = event[name]
  if (Number.isSafeInteger(value) && Number(value) >= 0) return Number(value)
  throw new MalformedAnswer(`An event of its stream lacks the number "${name}".`)
}

function objectOf(event: JsonObject, name: string): JsonObject {
  const value = event[name]
  if (isObject(value)) return value
  throw new MalformedAnswer(`An event of its stream lacks the object "${name}".`)
}
