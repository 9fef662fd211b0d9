// The tool that stands in for an answer's format, taken out of the answer again: its arguments are the answer's text.
// It lies between a provider's reader and a client's writer, and knows neither of their dialects.
import type { AnswerEvent } from '../core/answer-event.ts'
import type { StreamReader } from './dialect.ts'

/** A reader whose events know nothing of the tool. */
export function withoutFormatTool(reader: StreamReader, formatTool: string): StreamReader {
  const filter = new FormatToolFilter(formatTool)
  return { read: (event) => reader.read(event).flatMap((step) => filter.pass(step)) }
}

/** The same for the events of a whole answer. */
export function eventsWithoutFormatTool(
  events: readonly AnswerEvent[],
  formatTool: string,
): readonly AnswerEvent[] {
  const filter = new FormatToolFilter(formatTool)
  return events.flatMap((event) => filter.pass(event))
}

type EventOf<Kind extends AnswerEvent['kind']> = Extract<AnswerEvent, { readonly kind: Kind }>
type CallEvent = EventOf<'tool-call' | 'tool-call-delta'>

const nothing: readonly AnswerEvent[] = []

class FormatToolFilter {
  readonly #formatTool: string
  readonly #choices = new Map<number, ChoiceFilter>()

  constructor(formatTool: string) {
    this.#formatTool = formatTool
  }

  pass(event: AnswerEvent): readonly AnswerEvent[] {
    if ('choice' in event) return this.#of(event.choice).pass(event)
    if (event.kind !== 'end' && event.kind !== 'error') return [event]
    return [...[...this.#choices.values()].flatMap((choice) => choice.release()), event]
  }

  #of(choice: number): ChoiceFilter {
    const known = this.#choices.get(choice)
    if (known !== undefined) return known
    const filter = new ChoiceFilter(choice, this.#formatTool)
    this.#choices.set(choice, filter)
    return filter
  }
}

/**
 * One choice. Its text and the client's own tool calls may not take turns, since a text that is interrupted is two, so
 * whatever came second waits until the first is over.
 */
class ChoiceFilter {
  readonly #choice: number
  readonly #formatTool: string
  /** The calls of the tool, by their numbers: the first is the answer. */
  readonly #standIns: number[] = []
  /** What the client's own calls are numbered as. */
  readonly #others = new Map<number, number>()
  readonly #openOthers = new Set<number>()
  #speaks: 'stand-in' | 'others' | undefined
  #held: AnswerEvent[] = []
  #lastCall: number | undefined
  #hasText = false

  constructor(choice: number, formatTool: string) {
    this.#choice = choice
    this.#formatTool = formatTool
  }

  pass(event: Extract<AnswerEvent, { readonly choice: number }>): readonly AnswerEvent[] {
    switch (event.kind) {
      case 'tool-call':
      case 'tool-call-delta':
        return this.#call(event)
      case 'part-end':
        return this.#endPart(event)
      case 'finish':
        return [...this.release(), this.#finish(event)]
      case 'logprobs':
      case 'citation':
        return [event]
      default:
        this.#lastCall = undefined
        this.#hasText = event.kind === 'text-delta'
        return [...this.release(), event]
    }
  }

  /** What was held back, now that nothing else can come before it. */
  release(): readonly AnswerEvent[] {
    const held = this.#held
    this.#held = []
    this.#speaks = undefined
    return held
  }

  #call(event: CallEvent): readonly AnswerEvent[] {
    this.#lastCall = event.call
    if (event.kind === 'tool-call' && event.name === this.#formatTool) {
      this.#standIns.push(event.call)
      return this.#separation()
    }
    if (this.#standIns.includes(event.call)) return this.#standIn(event)
    return this.#other(event)
  }

  /** Words before the answer are no part of it. */
  #separation(): readonly AnswerEvent[] {
    if (!this.#hasText) return nothing
    this.#hasText = false
    return [{ kind: 'part-end', choice: this.#choice }]
  }

  #standIn(event: CallEvent): readonly AnswerEvent[] {
    // Called twice, the tool would make two answers in one.
    if (event.kind !== 'tool-call-delta' || event.call !== this.#standIns[0]) return nothing
    return this.#say('stand-in', { kind: 'text-delta', choice: this.#choice, text: event.text })
  }

  #other(event: CallEvent): readonly AnswerEvent[] {
    const call = this.#others.get(event.call) ?? this.#others.size
    this.#others.set(event.call, call)
    if (event.kind === 'tool-call') this.#openOthers.add(event.call)
    return this.#say('others', { ...event, call })
  }

  #say(who: 'stand-in' | 'others', event: AnswerEvent): readonly AnswerEvent[] {
    this.#speaks ??= who
    if (this.#speaks === who) return [event]
    this.#held.push(event)
    return nothing
  }

  #endPart(event: EventOf<'part-end'>): readonly AnswerEvent[] {
    const ended = this.#lastCall
    this.#hasText = false
    if (ended === undefined) return [event]
    if (this.#standIns.includes(ended)) {
      if (ended !== this.#standIns[0]) return nothing
      return this.#ended('stand-in', event)
    }
    this.#openOthers.delete(ended)
    return this.#openOthers.size > 0 ? this.#say('others', event) : this.#ended('others', event)
  }

  /** Whoever waited speaks now, and goes on speaking as long as it has something open. */
  #ended(who: 'stand-in' | 'others', event: AnswerEvent): readonly AnswerEvent[] {
    const said = this.#say(who, event)
    if (said.length === 0) return said
    const held = this.release()
    if (held.length > 0) this.#speaks = who === 'stand-in' ? 'others' : 'stand-in'
    return [...said, ...held]
  }

  /** An answer that was given through the tool has stopped, as far as the client can see. */
  #finish(event: EventOf<'finish'>): AnswerEvent {
    const isAnswered = this.#standIns.length > 0 && this.#others.size === 0
    return isAnswered && event.reason === 'tool-calls' ? { ...event, reason: 'stop' } : event
  }
}
