// What every piece of an answer says about the answer as a whole: who answers, what it cost, which pages it leans on.
// A whole answer is one piece, a stream is many.
import { isObject } from '../json-object.ts'
import type { AnswerEvent, ProviderError } from '../../core/answer-event.ts'
import { MalformedAnswer } from '../dialect.ts'
import { ChoiceState } from './choice-state.ts'
import { readChoice } from './read-choice.ts'
import { providerErrorOf } from './translate-error.ts'
import { readFullUsage } from './usage.ts'

type Wire = Readonly<Record<string, unknown>>

/** Reads the pieces of one answer. */
export class ChunkReader {
  readonly #choices = new Map<number, ChoiceState>()
  readonly #cited = new Set<string>()
  #started = false
  #answerId = ''

  /** Throws MalformedAnswer. */
  read(chunk: Wire): AnswerEvent[] {
    const error = errorOf(chunk)
    if (error !== undefined) return [{ kind: 'error', error }]
    const listed = chunk['choices'] ?? []
    if (!Array.isArray(listed)) throw new MalformedAnswer('the choices of its answer are not an array')
    const usage = readFullUsage(chunk['usage'])
    // Azure's first chunk has no choice, no id and no model, only what its filter found: the answer begins after it.
    if (listed.length === 0 && usage === undefined) return []
    const events: AnswerEvent[] = []
    this.#start(chunk, events)
    for (let at = 0; at < listed.length; at += 1) {
      const choice = demandObject(listed[at])
      readChoice(choice, this.#state(choice, at), events)
    }
    this.#citations(chunk['citations'], events)
    const serviceTier = chunk['service_tier']
    if (usage !== undefined) {
      events.push({ kind: 'usage', usage, ...(typeof serviceTier === 'string' && { serviceTier }) })
    }
    return events
  }

  #start(chunk: Wire, events: AnswerEvent[]): void {
    if (this.#started) return
    this.#started = true
    const { id, model, created, service_tier: serviceTier, system_fingerprint: fingerprint } = chunk
    this.#answerId = typeof id === 'string' ? id : ''
    events.push({
      kind: 'start',
      id: typeof id === 'string' && id !== '' ? id : undefined,
      model: typeof model === 'string' && model !== '' ? model : undefined,
      ...(typeof created === 'number' && created > 0 && { createdSeconds: created }),
      ...(typeof serviceTier === 'string' && { serviceTier }),
      ...(typeof fingerprint === 'string' && { fingerprint }),
    })
  }

  #state(choice: Wire, at: number): ChoiceState {
    const given = choice['index'] ?? at
    if (typeof given !== 'number' || !Number.isSafeInteger(given) || given < 0) {
      throw new MalformedAnswer('the index of a choice is not a whole number')
    }
    const there = this.#choices.get(given)
    if (there !== undefined) return there
    const state = new ChoiceState(given, this.#answerId)
    this.#choices.set(given, state)
    return state
  }

  /** Perplexity and xAI list the pages beside the choices, and again in each chunk. */
  #citations(listed: unknown, events: AnswerEvent[]): void {
    if (!Array.isArray(listed)) return
    for (const native of listed) {
      const url: unknown = isObject(native) ? native['url'] : native
      if (typeof url !== 'string' || this.#cited.has(url)) continue
      this.#cited.add(url)
      events.push({ kind: 'citation', choice: 0, citation: { url, native } })
    }
  }
}

function errorOf(chunk: Wire): ProviderError | undefined {
  const error = chunk['error'] ?? undefined
  return error === undefined ? undefined : providerErrorOf(error)
}

function demandObject(value: unknown): Wire {
  if (!isObject(value)) throw new MalformedAnswer('a choice of its answer is not an object')
  return value
}
