// A stream of this API as events: one small function per type of wire event. Unknown types are passed over as foreign;
// only `message_stop` makes an answer whole.
import { isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import type { AnswerEvent } from '../../core/answer-event.ts'
import { MalformedAnswer } from '../dialect.ts'
import { parseEvent } from '../parse-event.ts'
import type { StreamReader, WireEvent } from '../dialect.ts'
import { openBlock } from './read-blocks.ts'
import type { OpenBlock, Tally } from './read-blocks.ts'
import { endingEvents, foreign, otherMembers, reasonless, startEvent, usageEvents } from './read-message.ts'
import { readError } from './translate-error.ts'
import { laterCounts } from './usage.ts'

interface State {
  readonly tally: Tally
  readonly open: Map<number, OpenBlock>
  counts: JsonObject
  /** `before` its start, `within`, `reasoned` once it said why it ends, `over`. */
  stage: 'before' | 'within' | 'reasoned' | 'over'
}

type EventStep = (event: JsonObject, state: State) => readonly AnswerEvent[]

const steps: ReadonlyMap<string, EventStep> = new Map<string, EventStep>([
  ['message_start', messageStart],
  ['content_block_start', blockStart],
  ['content_block_delta', blockDelta],
  ['content_block_stop', blockStop],
  ['message_delta', messageDelta],
  ['message_stop', messageStop],
  ['ping', () => []],
  ['error', errorEvent],
])

/** Reads one stream. An event that breaks the format throws MalformedAnswer. */
export function openReader(): StreamReader {
  const state: State = { tally: { calls: 0, textLength: 0 }, open: new Map(), counts: {}, stage: 'before' }
  return {
    read(wire: WireEvent): readonly AnswerEvent[] {
      if (state.stage === 'over' || wire.data === '') return []
      const event = parseEvent(wire.data)
      const type = typeof event['type'] === 'string' ? event['type'] : wire.name
      const step = steps.get(type)
      return step === undefined ? [foreign({ event })] : step(event, state)
    },
  }
}

function messageStart(event: JsonObject, state: State): readonly AnswerEvent[] {
  const message = event['message']
  if (state.stage !== 'before') throw new MalformedAnswer('The stream begins its message twice.')
  if (!isObject(message)) throw new MalformedAnswer('The stream begins without a message.')
  state.stage = 'within'
  state.counts = laterCounts({}, message['usage'])
  const counts = isObject(message['usage']) ? usageEvents(state.counts) : []
  return [startEvent(message), ...otherMembers(message), ...counts]
}

function blockStart(event: JsonObject, state: State): readonly AnswerEvent[] {
  const index = indexOf(event)
  if (state.stage === 'before') throw new MalformedAnswer('A content block comes before the message.')
  if (state.open.has(index)) throw new MalformedAnswer('The stream opens a content block twice.')
  const events: AnswerEvent[] = []
  state.open.set(
    index,
    openBlock(event['content_block'], state.tally, (first) => events.push(first)),
  )
  return events
}

function blockDelta(event: JsonObject, state: State): readonly AnswerEvent[] {
  const delta = event['delta']
  if (!isObject(delta)) throw new MalformedAnswer('The stream continues a content block with nothing.')
  return blockAt(event, state).delta(delta)
}

function blockStop(event: JsonObject, state: State): readonly AnswerEvent[] {
  const block = blockAt(event, state)
  state.open.delete(indexOf(event))
  return block.stop()
}

function blockAt(event: JsonObject, state: State): OpenBlock {
  const block = state.open.get(indexOf(event))
  if (block === undefined) throw new MalformedAnswer('The stream continues a content block that is not open.')
  return block
}

function indexOf(event: JsonObject): number {
  const index = event['index']
  if (typeof index === 'number') return index
  throw new MalformedAnswer('The stream does not say which content block it means.')
}

function messageDelta(event: JsonObject, state: State): readonly AnswerEvent[] {
  const delta = event['delta']
  if (!isObject(delta)) throw new MalformedAnswer('The stream changes its message by nothing.')
  state.counts = laterCounts(state.counts, event['usage'])
  const ending = endingEvents(delta)
  if (ending.length > 0 && state.stage === 'within') state.stage = 'reasoned'
  return [
    ...otherMembers({ ...event, ...delta }),
    ...(isObject(event['usage']) ? usageEvents(state.counts) : []),
    ...ending,
  ]
}

function messageStop(_event: JsonObject, state: State): readonly AnswerEvent[] {
  if (state.stage === 'before') throw new MalformedAnswer('The stream ends without a message.')
  const ending: readonly AnswerEvent[] = state.stage === 'reasoned' ? [] : [reasonless]
  state.stage = 'over'
  return [...ending, { kind: 'end' }]
}

function errorEvent(event: JsonObject, state: State): readonly AnswerEvent[] {
  state.stage = 'over'
  const error = readError(event) ?? { message: 'The provider reported an error.', type: 'api_error' }
  return [{ kind: 'error', error }]
}
