// Turns as chat messages. Results come right after the calls that they answer, each a message of its own; what a result
// holds besides text follows in a user message, since a tool message takes text only.
import type {
  ForeignPart,
  MediaPart,
  Part,
  ReasoningPart,
  ToolCallPart,
  ToolResultPart,
  Turn,
} from '../../core/model-request.ts'
import { writeDetails } from './reasoning-details.ts'
import { pathOfPart } from '../part-path.ts'
import { takes } from './writing.ts'
import type { Wire, Writing } from './writing.ts'
import { cacheMark, writeContentPart } from './write-parts.ts'

export function writeTurns(turns: readonly Turn[], writing: Writing): Wire[] {
  const writer = new TurnWriter(writing)
  for (const [index, turn] of turns.entries()) writer.add(turn, `messages[${index}]`)
  return writer.finish()
}

/** A part with the path at which it stood. */
interface Placed<Kind extends Part = Part> {
  readonly part: Kind
  readonly path: string
}

class TurnWriter {
  readonly #writing: Writing
  readonly #messages: Wire[] = []
  /** Media of results, which wait until the last result of the turn is written. */
  #waiting: Wire[] = []

  constructor(writing: Writing) {
    this.#writing = writing
  }

  add(turn: Turn, path: string): void {
    const placed = turn.parts.map((part, at) => ({ part, path: `${path}.content[${at}]` }))
    for (const each of placed) if (isResult(each)) this.#result(each)
    const rest = placed.filter((each) => !isResult(each))
    if (rest.length === 0 && turn.parts.length > 0) return
    this.#flush()
    if (turn.role === 'assistant') this.#messages.push({ ...this.#assistant(rest), ...nameOf(turn) })
    else this.#plain(turn, rest)
  }

  finish(): Wire[] {
    this.#flush()
    return this.#messages
  }

  #flush(): void {
    if (this.#waiting.length === 0) return
    this.#messages.push({ role: 'user', content: this.#waiting })
    this.#waiting = []
  }

  #result({ part, path }: Placed<ToolResultPart>): void {
    if (part.isError === true) this.#writing.dropped.push({ path: part.errorPath ?? `${path}.is_error` })
    const texts: Wire[] = []
    const media: Wire[] = []
    for (const [at, inner] of part.parts.entries()) {
      const written = writeContentPart(inner, `${path}.content[${at}]`, this.#writing)
      if (written === undefined) continue
      if (written['type'] === 'text') texts.push(written)
      else media.push(written)
    }
    if (media.length > 0) {
      this.#waiting.push(
        { type: 'text', text: `Attached to the result of the tool call ${part.callId}:` },
        ...media,
      )
    }
    const content = texts.length === 0 && media.length > 0 ? attached : asShort(texts)
    const mark = cacheMark(part.cache, path, this.#writing)
    this.#messages.push({ role: 'tool', tool_call_id: part.callId, content, ...mark })
  }

  #plain(turn: Turn, placed: readonly Placed[]): void {
    const role = turn.role === 'system' ? 'system' : 'user'
    const content: Wire[] = []
    for (const { part, path } of placed) {
      const written = this.#plainPart(part, path, role)
      if (written !== undefined) content.push(written)
    }
    // A turn that held nothing but what cannot be carried leaves no empty message behind.
    if (content.length === 0 && placed.length > 0) return
    this.#messages.push({ role, content: asShort(content), ...nameOf(turn) })
  }

  #plainPart(part: Part, path: string, role: 'system' | 'user'): Wire | undefined {
    if (part.kind === 'text') return writeContentPart(part, path, this.#writing)
    if (role === 'user' && isMedia(part)) return writeContentPart(part, path, this.#writing)
    if (part.kind === 'refusal') return { type: 'text', text: part.text }
    this.#writing.dropped.push({ path: pathOfPart(part, path) })
    return undefined
  }

  #assistant(placed: readonly Placed[]): Wire {
    const content: Wire[] = []
    const reasoning: Placed<ReasoningPart>[] = []
    const calls: Wire[] = []
    const foreign: Wire = {}
    for (const { part, path } of placed) {
      if (part.kind === 'text') content.push({ ...writeContentPart(part, path, this.#writing) })
      else if (part.kind === 'refusal') content.push({ type: 'refusal', refusal: part.text })
      else if (part.kind === 'reasoning') reasoning.push({ part, path })
      else if (part.kind === 'tool-call') calls.push(this.#call(part, path))
      else if (part.kind === 'foreign' && isOwnAudio(part)) foreign['audio'] = part.value
      else this.#writing.dropped.push({ path: pathOfPart(part, path) })
    }
    return {
      role: 'assistant',
      ...assistantContent(content, calls.length > 0 || foreign['audio'] !== undefined),
      ...this.#reasoning(reasoning),
      ...(calls.length > 0 && { tool_calls: calls }),
      ...foreign,
    }
  }

  #call(part: ToolCallPart, path: string): Wire {
    const seal = part.seal !== undefined && takes(this.#writing, 'thought_signature')
    return {
      id: part.id,
      type: 'function',
      function: { name: part.name, arguments: part.arguments === '' ? '{}' : part.arguments },
      ...(seal && { extra_content: { google: { thought_signature: part.seal } } }),
      ...cacheMark(part.cache, path, this.#writing),
    }
  }

  /**
   * Reasoning goes back to whoever takes it: unsealed as `reasoning_content`, which its maker may demand in a loop of
   * tool calls, sealed as `reasoning_details`. A foreign seal is worth nothing to others, and its text is left out.
   */
  #reasoning(placed: readonly Placed<ReasoningPart>[]): Wire {
    const kept = placed.filter(({ part }) => this.#keeps(part))
    for (const each of placed) {
      if (!kept.includes(each) && each.part.text !== '')
        this.#writing.dropped.push({ path: pathOfPart(each.part, each.path) })
    }
    const text = kept.map(({ part }) => part.text).join('')
    const sealed = kept.some(({ part }) => part.seal !== undefined)
    return {
      ...(text !== '' && { reasoning_content: text }),
      ...(sealed && { reasoning_details: kept.flatMap(({ part }, index) => writeDetails(part, index)) }),
    }
  }

  #keeps({ seal, from }: ReasoningPart): boolean {
    return seal === undefined || from === 'openai-chat' || takes(this.#writing, 'reasoning_details')
  }
}

const attached = 'The result is attached in the message that follows.'

function assistantContent(content: readonly Wire[], hasMore: boolean): Wire {
  const [only] = content
  if (content.length === 0) return { content: hasMore ? null : '' }
  if (content.length === 1 && only?.['type'] === 'refusal') return { content: null, refusal: only['refusal'] }
  return { content: asShort(content) }
}

/** One plain text is written as a string, which every server of this dialect understands. */
function asShort(content: readonly Wire[]): string | readonly Wire[] {
  const [only] = content
  if (only === undefined) return ''
  const isPlain = content.length === 1 && only['type'] === 'text' && Object.keys(only).length === 2
  return isPlain ? String(only['text']) : content
}

function nameOf({ name }: Turn): Wire {
  return name === undefined ? {} : { name }
}

function isResult(placed: Placed): placed is Placed<ToolResultPart> {
  return placed.part.kind === 'tool-result'
}

function isMedia(part: Part): part is MediaPart {
  return part.kind === 'image' || part.kind === 'file' || part.kind === 'audio' || part.kind === 'video'
}

/** The reference to an earlier spoken answer is the only foreign part that this dialect makes. */
function isOwnAudio({ from, path }: ForeignPart): boolean {
  return from === 'openai-chat' && path.endsWith('.audio')
}
