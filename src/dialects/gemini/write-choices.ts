// What is known of each choice while an answer is written, and the parts that an event adds to it. A stream
// sends these parts one by one; a whole answer joins those that belong together.
import { given } from '../json-object.ts'
import type { AnswerEvent, Citation, TokenLogprob } from '../../core/answer-event.ts'
import { signatureOf } from './signature.ts'
import { writeFinishReason } from './finish-reasons.ts'
import { HeldThought } from './held-thought.ts'
import { OpenCalls } from './open-calls.ts'
import type { WireObject, WrittenPart } from './writing.ts'
import { writeGrounding } from './write-grounding.ts'

export type ChoiceEvent = Extract<AnswerEvent, { readonly choice: number }>

export interface Choice {
  readonly index: number
  readonly calls: OpenCalls
  /** Of a stream; a whole answer has its thoughts at once. */
  readonly thought: HeldThought
  readonly citations: Citation[]
  readonly logprobs: TokenLogprob[]
  text: string
  thinking: boolean
  finishReason: string | undefined
}

/** The choices of one answer, by their number. */
export class Choices {
  readonly #choices = new Map<number, Choice>()

  of({ choice: index }: ChoiceEvent): Choice {
    const known = this.#choices.get(index)
    if (known !== undefined) return known
    const choice = newChoice(index)
    this.#choices.set(index, choice)
    return choice
  }

  /** All of them in order; an answer has at least one. */
  all(): readonly Choice[] {
    if (this.#choices.size === 0) return [newChoice(0)]
    return [...this.#choices.values()].sort((one, other) => one.index - other.index)
  }
}

function newChoice(index: number): Choice {
  return {
    index,
    calls: new OpenCalls(),
    thought: new HeldThought(),
    citations: [],
    logprobs: [],
    text: '',
    thinking: false,
    finishReason: undefined,
  }
}

/** Takes an event in; returns the parts that it makes ready. */
export function partsOf(event: ChoiceEvent, choice: Choice): readonly WrittenPart[] {
  const wasThinking = choice.thinking
  choice.thinking = event.kind === 'reasoning-delta'
  switch (event.kind) {
    case 'tool-call':
      choice.calls.begin(event)
      return []
    case 'tool-call-delta':
      choice.calls.add(event.call, event.text)
      return []
    case 'text-delta':
    case 'refusal-delta':
      choice.text += event.text
      return [...closed(choice), { part: { text: event.text } }]
    case 'reasoning-delta':
      return [...closed(choice), { part: { text: event.text, thought: true } }]
    case 'reasoning-seal':
      return [...closed(choice), sealPart(event, wasThinking)]
    case 'media-delta':
      return [...closed(choice), ...mediaParts(event)]
    case 'citation':
      choice.citations.push(event.citation)
      return []
    case 'logprobs':
      choice.logprobs.push(...event.logprobs)
      return []
    case 'finish':
      choice.finishReason = writeFinishReason(event)
      return closed(choice)
    case 'part-end':
      return []
  }
}

/** The calls of a choice are over once it goes on with something else. */
function closed(choice: Choice): readonly WrittenPart[] {
  return choice.calls.close().map((part) => ({ part }))
}

/** A seal closes the thought before it; without one, Google's own stands on what was said. */
function sealPart(
  event: AnswerEvent & { readonly kind: 'reasoning-seal' },
  wasThinking: boolean,
): WrittenPart {
  const { seal, from, redacted, id } = event
  const thoughtSignature = signatureOf({ seal, from, redacted, id })
  const thought = wasThinking || from !== 'gemini' ? { thought: true } : {}
  return { part: { text: '', ...thought, thoughtSignature }, alone: redacted }
}

const defaultType = { audio: 'audio/wav', image: 'image/png' } as const

function mediaParts(event: AnswerEvent & { readonly kind: 'media-delta' }): readonly WrittenPart[] {
  const { media, mediaType = defaultType[media], base64, transcript } = event
  const spoken = transcript === undefined || transcript === '' ? [] : [{ part: { text: transcript } }]
  const sound = base64 === '' ? [] : [{ part: { inlineData: { mimeType: mediaType, data: base64 } } }]
  return [...sound, ...spoken]
}

/** A candidate as it stands at the end: its parts, why it ended, and what it rests on. */
export function lastCandidate(choice: Choice, parts: readonly WireObject[]): WireObject {
  return given<WireObject>({
    // The SDK throws a conversation away when one of its answers has no part.
    content: { role: 'model', parts: parts.length > 0 ? parts : [{ text: '' }] },
    finishReason: choice.finishReason ?? 'OTHER',
    index: choice.index,
    groundingMetadata: writeGrounding(choice.citations, choice.text),
  })
}
