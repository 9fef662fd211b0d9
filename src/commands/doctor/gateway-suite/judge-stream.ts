// What a client saw of an answer that its provider broke: the truth, or a clean end that is none. Judged on the bare
// events, because a client's library judges on nothing else.
import { isObject, parsedObject } from '../../../dialects/json-object.ts'
import type { Heard } from '../asker.ts'
import type { Verdict } from '../finding.ts'
import { finishAt, wholeText, words } from './faulty-provider.ts'

export const outcomes = {
  'error-event': { verdict: 'ok', words: 'an error event' },
  refused: { verdict: 'ok', words: 'a proper error' },
  elsewhere: { verdict: 'ok', words: 'the answer of another deployment' },
  whole: { verdict: 'ok', words: 'the whole answer' },
  'broken-off': { verdict: 'weak', words: 'a broken connection without an error event' },
  garbled: { verdict: 'weak', words: 'the broken event as it was' },
  silent: { verdict: 'weak', words: 'silence until we gave up' },
  'false-end': { verdict: 'fails', words: 'a clean end to half an answer' },
} as const satisfies Readonly<Record<string, { readonly verdict: Verdict; readonly words: string }>>

export type Outcome = keyof typeof outcomes

export interface Seen {
  readonly text: string
  readonly finished: boolean
  readonly done: boolean
  readonly error: boolean
  readonly garbled: boolean
}

/** What the events of a chat stream come to. */
export function seenOf({ wire }: Pick<Heard, 'wire'>): Seen {
  const seen = { text: '', finished: false, done: false, error: false, garbled: false }
  for (const { is } of wire) {
    if (is.data === '[DONE]') {
      seen.done = true
      continue
    }
    const event = parsedObject(is.data)
    if (event === undefined) seen.garbled = true
    else if (is.name === 'error' || (event['error'] !== undefined && event['error'] !== null))
      seen.error = true
    else if (Array.isArray(event['choices'])) take(event['choices'], seen)
  }
  return seen
}

function take(choices: readonly unknown[], seen: { text: string; finished: boolean }): void {
  for (const choice of choices) {
    if (!isObject(choice)) continue
    if (isObject(choice['delta']) && typeof choice['delta']['content'] === 'string')
      seen.text += choice['delta']['content']
    if (typeof choice['finish_reason'] === 'string') seen.finished = true
  }
}

/** What became of a stream that its provider broke before event `at`. */
export function judgeStream(heard: Heard, at: number): Outcome {
  if (heard.status !== 0 && heard.status !== 200) return 'refused'
  if (heard.ended === 'late') return 'silent'
  if (!heard.streamed) return wholeOutcome(heard)
  const seen = seenOf(heard)
  if (seen.error) return 'error-event'
  const isClean = seen.done || seen.finished || heard.ended === 'whole'
  if (!isClean) return seen.garbled ? 'garbled' : 'broken-off'
  // A finish reason that the provider never gave is made up, although all words are there.
  if (seen.text === wholeText) return at <= finishAt && seen.finished && !seen.garbled ? ended(at) : 'whole'
  if (!isPartOfAnswer(seen.text)) return 'elsewhere'
  return seen.garbled ? 'garbled' : 'false-end'
}

/** Before the finish reason a whole text is luck, or a second try; at it, it is a claim. */
function ended(at: number): Outcome {
  return at === finishAt ? 'false-end' : 'whole'
}

/** What became of a whole answer that was cut. */
export function wholeOutcome({ status, ended: how, body, problem }: Heard): Outcome {
  if (how === 'late') return 'silent'
  if (status === 0 || how === 'cut') return problem === '' ? 'refused' : 'broken-off'
  if (status !== 200) return 'refused'
  const answer = parsedObject(body)
  if (answer !== undefined && isObject(answer['error'])) return 'refused'
  if (body.includes(wholeText)) return 'whole'
  return body.includes(words[0] ?? '') || answer === undefined ? 'false-end' : 'elsewhere'
}

/** Its words are some of the provider's, in their order: the rest is missing. */
function isPartOfAnswer(text: string): boolean {
  let at = 0
  for (const word of text.split(' ').filter((part) => part !== '')) {
    at = words.indexOf(word, at) + 1
    if (at === 0) return false
  }
  return true
}
