// A whole message as the events of its stream.
import { isObject } from '../json-object.ts'
import type { AnswerEvent } from '../../core/answer-event.ts'
import { MalformedAnswer } from '../dialect.ts'
import { openBlock } from './read-blocks.ts'
import type { Tally } from './read-blocks.ts'
import { endingEvents, otherMembers, reasonless, startEvent, usageEvents } from './read-message.ts'
import { readError } from './translate-error.ts'
import { laterCounts } from './usage.ts'

/** Throws MalformedAnswer. */
export function readAnswer(body: unknown): readonly AnswerEvent[] {
  const error = readError(body)
  if (error !== undefined) return [{ kind: 'error', error }]
  if (!isObject(body)) throw new MalformedAnswer('The answer is no object.')
  const content = body['content']
  if (!Array.isArray(content)) throw new MalformedAnswer('The answer has no array of content blocks.')
  const events: AnswerEvent[] = [startEvent(body)]
  const tally: Tally = { calls: 0, textLength: 0 }
  for (const block of content) {
    const open = openBlock(block, tally, (event) => events.push(event))
    events.push(...open.stop())
  }
  const ending = endingEvents(body)
  events.push(
    ...otherMembers(body),
    ...(isObject(body['usage']) ? usageEvents(laterCounts({}, body['usage'])) : []),
    ...(ending.length === 0 ? [reasonless] : ending),
    { kind: 'end' },
  )
  return events
}
