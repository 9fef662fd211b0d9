// A stream for a client: each event is a GenerateContentResponse, and events end with CRLF CRLF as Google's
// do. Why the candidates ended is told when the answer is over, since it is the only end that this dialect
// has.
import { given } from '../json-object.ts'
import type { AnswerEvent } from '../../core/answer-event.ts'
import type { Usage } from '../../core/usage.ts'
import type { AnswerFacts, StreamWriter } from '../dialect.ts'
import { writeLogprobs } from './logprobs.ts'
import { isForeignChunk } from './read-chunk.ts'
import { writeUsage } from './usage.ts'
import { Choices, lastCandidate, partsOf } from './write-choices.ts'
import type { Choice, ChoiceEvent } from './write-choices.ts'
import { streamedError, writeErrorEvent } from './write-error.ts'
import type { WireObject } from './writing.ts'

/** One event of the stream. */
export function eventOf(response: unknown): string {
  return `data: ${JSON.stringify(response)}\r\n\r\n`
}

export function openWriter(facts: AnswerFacts): StreamWriter {
  const choices = new Choices()
  let head: WireObject = { modelVersion: facts.model, responseId: facts.id }
  let usage: Usage | undefined
  const send = (candidates: readonly WireObject[]): string => eventOf({ candidates, ...head })
  const sendParts = (choice: Choice, parts: readonly WireObject[]): string =>
    parts.length === 0 ? '' : send([{ content: { role: 'model', parts }, index: choice.index }])
  const writeChoice = (event: ChoiceEvent): string => {
    const choice = choices.of(event)
    const written = choice.thought.after(event, partsOf(event, choice))
    if (event.kind !== 'logprobs') return sendParts(choice, written)
    const logprobsResult = writeLogprobs(event.logprobs)
    const content = { role: 'model', parts: [{ text: '' }] }
    return sendParts(choice, written) + send([{ content, index: choice.index, logprobsResult }])
  }
  const writeThoughts = (): string => {
    const held = choices.all().map((choice) => sendParts(choice, choice.thought.close()))
    return held.join('')
  }
  const writeEnd = (): string => {
    const thoughts = writeThoughts()
    const calls = choices.all().map((choice) => sendParts(choice, choice.calls.close()))
    const candidates = choices.all().map((choice) => lastCandidate(choice, []))
    const last = given({ candidates, usageMetadata: usage && writeUsage(usage), ...head })
    return thoughts + calls.join('') + eventOf(last)
  }
  let isOver = false
  const write = (event: AnswerEvent): string => {
    if (isOver) return ''
    isOver = event.kind === 'end' || event.kind === 'error'
    switch (event.kind) {
      case 'start':
        head = { modelVersion: event.model ?? facts.model, responseId: event.id ?? facts.id }
        return ''
      case 'usage':
        ;({ usage } = event)
        return ''
      case 'foreign':
        return writeForeign(event, head)
      case 'error':
        return writeThoughts() + eventOf(streamedError(event.error))
      case 'end':
        return writeEnd()
      default:
        return writeChoice(event)
    }
  }
  const fail: StreamWriter['fail'] = (error, status, requestId) => {
    if (isOver) return ''
    isOver = true
    return writeThoughts() + writeErrorEvent(error, status, requestId)
  }
  return { write, fail }
}

function writeForeign({ from, value }: AnswerEvent & { readonly kind: 'foreign' }, head: WireObject): string {
  if (from !== 'gemini' || !isForeignChunk(value)) return ''
  return eventOf({ ...value, ...head })
}
