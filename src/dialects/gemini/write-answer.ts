// A whole answer for a client: all events of the answer as one GenerateContentResponse.
import { given } from '../json-object.ts'
import type { AnswerEvent } from '../../core/answer-event.ts'
import type { Usage } from '../../core/usage.ts'
import type { AnswerFacts } from '../dialect.ts'
import { writeLogprobs } from './logprobs.ts'
import { isForeignChunk } from './read-chunk.ts'
import { writeUsage } from './usage.ts'
import { Choices, lastCandidate, partsOf } from './write-choices.ts'
import type { Choice } from './write-choices.ts'
import type { WireObject, WrittenPart } from './writing.ts'

export function writeAnswer(events: readonly AnswerEvent[], facts: AnswerFacts): unknown {
  const choices = new Choices()
  const parts = new Map<Choice, WireObject[]>()
  let head = { id: facts.id, model: facts.model }
  let usage: Usage | undefined
  for (const event of events) {
    if (event.kind === 'start') head = { id: event.id ?? facts.id, model: event.model ?? facts.model }
    else if (event.kind === 'usage') ({ usage } = event)
    else if (event.kind === 'foreign') addForeign(event, choices, parts)
    else if ('choice' in event) {
      const choice = choices.of(event)
      add(parts, choice, partsOf(event, choice))
    }
  }
  return given<WireObject>({
    candidates: choices.all().map((choice) => {
      addClosed(parts, choice)
      return candidateOf(choice, parts.get(choice) ?? [])
    }),
    usageMetadata: usage && writeUsage(usage),
    modelVersion: head.model,
    responseId: head.id,
  })
}

function candidateOf(choice: Choice, parts: readonly WireObject[]): WireObject {
  const candidate = lastCandidate(choice, parts)
  if (choice.logprobs.length === 0) return candidate
  return { ...candidate, logprobsResult: writeLogprobs(choice.logprobs) }
}

/** A part that Google alone knows goes where it stood. */
function addForeign(
  { value, from }: AnswerEvent & { readonly kind: 'foreign' },
  choices: Choices,
  parts: Map<Choice, WireObject[]>,
): void {
  if (from !== 'gemini' || !isForeignChunk(value)) return
  for (const { content, index } of value.candidates) {
    const choice = choices.of({ kind: 'part-end', choice: index })
    addClosed(parts, choice)
    add(
      parts,
      choice,
      content.parts.map((part) => ({ part, alone: true })),
    )
  }
}

/** The calls that are still open are over. */
function addClosed(parts: Map<Choice, WireObject[]>, choice: Choice): void {
  add(
    parts,
    choice,
    choice.calls.close().map((part) => ({ part })),
  )
}

function add(parts: Map<Choice, WireObject[]>, choice: Choice, written: readonly WrittenPart[]): void {
  const whole = parts.get(choice) ?? []
  parts.set(choice, whole)
  for (const next of written) {
    const joined = join(whole.at(-1), next)
    if (joined === undefined) whole.push(next.part)
    else whole[whole.length - 1] = joined
  }
}

/** Text goes on in the part before it, up to the signature that closes it. */
function join(last: WireObject | undefined, { part, alone }: WrittenPart): WireObject | undefined {
  if (last === undefined || alone === true || 'thoughtSignature' in last) return undefined
  if (typeof last['text'] !== 'string' || typeof part['text'] !== 'string') return undefined
  if (last['thought'] !== part['thought']) return undefined
  return { ...last, ...part, text: last['text'] + part['text'] }
}
