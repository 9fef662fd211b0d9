// Turns as the items of `input`. Parts keep their order: a turn of the assistant becomes as many items as it takes.
import type { Part, ReasoningPart, ToolCallPart, ToolResultPart, Turn } from '../../core/model-request.ts'
import type { Dropped } from '../dialect.ts'
import { pathOfMark, pathOfPart } from '../part-path.ts'
import { inputPart, isContent } from './write-content.ts'
import type { WireObject } from './write-content.ts'

/**
 * Turns as items. The paths of what has no form here are added to `dropped`; they are as most clients write them, for
 * a turn does not know where it stood.
 */
export function writeItems(turns: readonly Turn[], dropped: Dropped[]): readonly WireObject[] {
  const writing = new ItemWriting(dropped)
  for (const [index, turn] of turns.entries()) writing.write(turn, `messages[${index}]`)
  return writing.items
}

const callIdCharsMax = 64

class ItemWriting {
  readonly items: WireObject[] = []
  readonly #dropped: Dropped[]
  readonly #customCalls = new Set<string>()
  readonly #shortIds = new Map<string, string>()
  #message: { readonly role: string; readonly content: WireObject[] } | undefined

  constructor(dropped: Dropped[]) {
    this.#dropped = dropped
  }

  write({ role, name, parts }: Turn, path: string): void {
    if (name !== undefined) this.#dropped.push({ path: `${path}.name` })
    for (const [index, part] of parts.entries()) this.#writePart(part, role, `${path}.content[${index}]`)
    this.#closeMessage()
  }

  #writePart(part: Part, role: Turn['role'], path: string): void {
    // Prompts are cached here without marks; which of them were marked is lost all the same.
    if ('cache' in part && part.cache !== undefined)
      this.#dropped.push({ path: pathOfMark(part.cache, path) })
    const content = contentOf(part, role)
    if (content !== undefined) {
      this.#message ??= { role: role === 'tool' ? 'user' : role, content: [] }
      this.#message.content.push(content)
      this.#noteMembers(part, path)
      return
    }
    const entry = this.#itemOf(part, path)
    if (entry === undefined) return
    this.#closeMessage()
    this.items.push(entry)
  }

  #itemOf(part: Part, path: string): WireObject | undefined {
    switch (part.kind) {
      case 'tool-call':
        return this.#callItem(part)
      case 'tool-result':
        return this.#outputItem(part, path)
      case 'reasoning':
        return this.#reasoningItem(part, path)
      case 'foreign':
        if (part.from === 'openai-responses') return { ...(part.value as WireObject) }
        this.#dropped.push({ path: part.path })
        return undefined
      default:
        this.#dropped.push({ path: pathOfPart(part, path) })
        return undefined
    }
  }

  /** Only files that come along have a name here. */
  #noteMembers(part: Part, path: string): void {
    if (!('source' in part) || part.name === undefined) return
    const isNamed = part.kind === 'file' && (part.source.kind === 'inline' || part.source.kind === 'text')
    if (!isNamed) this.#dropped.push({ path: part.namePath ?? `${path}.name` })
  }

  #callItem({ id, name, arguments: text, custom }: ToolCallPart): WireObject {
    if (custom === true) {
      this.#customCalls.add(id)
      return { type: 'custom_tool_call', call_id: this.#callId(id), name, input: text }
    }
    return { type: 'function_call', call_id: this.#callId(id), name, arguments: text }
  }

  #outputItem({ callId, parts, custom, isError, errorPath }: ToolResultPart, path: string): WireObject {
    if (isError === true) this.#dropped.push({ path: errorPath ?? `${path}.is_error` })
    const isCustom = custom ?? this.#customCalls.has(callId)
    return {
      type: isCustom ? 'custom_tool_call_output' : 'function_call_output',
      call_id: this.#callId(callId),
      output: this.#output(parts, path),
    }
  }

  #output(parts: ToolResultPart['parts'], path: string): string | readonly WireObject[] {
    if (parts.length === 0) return ''
    const [first] = parts
    if (parts.length === 1 && first?.kind === 'text' && first.cache === undefined) return first.text
    return parts.flatMap((part, index) => {
      // Sound is not among what an output may hold.
      const written = part.kind === 'audio' ? undefined : inputPart(part)
      const at = `${path}.content[${index}]`
      if (part.cache !== undefined) this.#dropped.push({ path: pathOfMark(part.cache, at) })
      if (written === undefined) this.#dropped.push({ path: pathOfPart(part, at) })
      else this.#noteMembers(part, at)
      return written === undefined ? [] : [written]
    })
  }

  /**
   * Nothing is kept at the provider for a translated call, so reasoning without its seal cannot be taken up again. An
   * id that the seal was not made for is an error there; none is not.
   */
  #reasoningItem(part: ReasoningPart, path: string): WireObject | undefined {
    const { text, seal, id, from } = part
    if (seal === undefined || from !== 'openai-responses') {
      if (text !== '') this.#dropped.push({ path: pathOfPart(part, path) })
      return undefined
    }
    return {
      type: 'reasoning',
      ...(id !== undefined && { id }),
      summary: text === '' ? [] : [{ type: 'summary_text', text }],
      encrypted_content: seal,
    }
  }

  #closeMessage(): void {
    const message = this.#message
    if (message === undefined) return
    this.#message = undefined
    this.items.push({ type: 'message', role: message.role, content: contentValue(message.content) })
  }

  /** Longer ids than this dialect takes get a short one, the same for call and output. */
  #callId(id: string): string {
    if (id.length <= callIdCharsMax) return id
    const known = this.#shortIds.get(id)
    if (known !== undefined) return known
    const short = `call_shortened_${this.#shortIds.size}`
    this.#shortIds.set(id, short)
    return short
  }
}

/** A part that stands in a message of this role, or undefined when it is an item of its own or has no form. */
function contentOf(part: Part, role: Turn['role']): WireObject | undefined {
  if (role === 'assistant') {
    if (part.kind === 'text') return { type: 'output_text', text: part.text, annotations: [] }
    return part.kind === 'refusal' ? { type: 'refusal', refusal: part.text } : undefined
  }
  if (part.kind === 'refusal') return { type: 'input_text', text: part.text }
  return isContent(part) ? inputPart(part) : undefined
}

/** A single text as a string: every server of this dialect takes it, for every role. */
function contentValue(content: readonly WireObject[]): unknown {
  const [first] = content
  const isText = first !== undefined && typeof first['text'] === 'string'
  return content.length === 1 && isText ? first['text'] : content
}
