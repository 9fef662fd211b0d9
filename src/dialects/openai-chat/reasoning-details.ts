// `reasoning_details`: how reasoning with its seals travels in a chat message, in OpenRouter's words
// (https://openrouter.ai/docs/use-cases/reasoning-tokens, 2026-11). `format` says whose seal it is, so that a client
// that returns the list unchanged brings each seal back to the dialect that made it.
import { isObject } from '../json-object.ts'
import type { DialectName, ReasoningPart } from '../../core/model-request.ts'

const dialectOfFormat: ReadonlyMap<string, DialectName> = new Map([
  ['anthropic-claude-v1', 'anthropic-messages'],
  ['openai-responses-v1', 'openai-responses'],
  ['azure-openai-responses-v1', 'openai-responses'],
  ['xai-responses-v1', 'openai-responses'],
  ['google-gemini-v1', 'gemini'],
])

const formatOfDialect: Readonly<Record<DialectName, string>> = {
  'anthropic-messages': 'anthropic-claude-v1',
  'openai-responses': 'openai-responses-v1',
  gemini: 'google-gemini-v1',
  'openai-chat': 'unknown',
  ollama: 'unknown',
}

/** One entry, as far as it can be told. Undefined for an entry of another kind or form. */
export interface ReasoningDetail {
  readonly text: string
  readonly seal?: string
  readonly redacted?: boolean
  readonly id?: string
  readonly from: DialectName
  /** Entries of one block share it. */
  readonly index?: number
  /** Where the entry stood in a client's request. */
  readonly path?: string
}

/** Reads one entry. */
export function readDetail(entry: unknown): ReasoningDetail | undefined {
  if (!isObject(entry)) return undefined
  const text = textOfEntry(entry)
  const seal = sealOfEntry(entry)
  if (text === undefined && seal === undefined) return undefined
  const id = entry['id']
  const index = entry['index']
  return {
    text: text ?? '',
    ...(seal !== undefined && { seal }),
    ...(entry['type'] === 'reasoning.encrypted' && { redacted: true }),
    ...(typeof id === 'string' && id !== '' && { id }),
    ...(typeof index === 'number' && { index }),
    from: dialectOfEntry(entry),
  }
}

function textOfEntry(entry: Readonly<Record<string, unknown>>): string | undefined {
  if (entry['type'] === 'reasoning.text') return stringOrUndefined(entry['text'])
  return entry['type'] === 'reasoning.summary' ? stringOrUndefined(entry['summary']) : undefined
}

function sealOfEntry(entry: Readonly<Record<string, unknown>>): string | undefined {
  const seal =
    entry['type'] === 'reasoning.text'
      ? entry['signature']
      : entry['type'] === 'reasoning.encrypted'
        ? entry['data']
        : undefined
  return typeof seal === 'string' && seal !== '' ? seal : undefined
}

/** Without a format: encrypted items of OpenAI are known by their id, and all other seals are Anthropic's. */
function dialectOfEntry(entry: Readonly<Record<string, unknown>>): DialectName {
  const format = entry['format']
  if (typeof format === 'string') return dialectOfFormat.get(format) ?? 'openai-chat'
  const id = entry['id']
  if (typeof id === 'string' && id.startsWith('rs_')) return 'openai-responses'
  return sealOfEntry(entry) === undefined ? 'openai-chat' : 'anthropic-messages'
}

function stringOrUndefined(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/**
 * Does this entry of hidden reasoning seal the text before it? OpenAI's encrypted content belongs to its summary;
 * Anthropic's is a block of its own.
 */
export function sealsText(detail: ReasoningDetail): boolean {
  return detail.redacted === true && detail.from === 'openai-responses'
}

/** The entries of one reasoning part. `index` counts the parts of a message. */
export function writeDetails(part: ReasoningPart, index: number): readonly Record<string, unknown>[] {
  const format = formatOfDialect[part.from]
  const frame = { ...(part.id !== undefined && { id: part.id }), format, index }
  if (part.seal === undefined) return [{ type: 'reasoning.text', text: part.text, ...frame }]
  const encrypted = { type: 'reasoning.encrypted', data: part.seal, ...frame }
  if (part.redacted === true || part.text === '') return withText(part, encrypted, frame)
  if (part.from === 'openai-responses') {
    return [{ type: 'reasoning.summary', summary: part.text, ...frame }, encrypted]
  }
  return [{ type: 'reasoning.text', text: part.text, signature: part.seal, ...frame }]
}

/** An empty text with a signature is how Anthropic hides the words of a thought; only the seal counts then. */
function withText(
  part: ReasoningPart,
  encrypted: Record<string, unknown>,
  frame: Record<string, unknown>,
): readonly Record<string, unknown>[] {
  if (part.redacted === true || part.from === 'openai-responses') return [encrypted]
  return [{ type: 'reasoning.text', text: '', signature: part.seal, ...frame }]
}

/** Gathers entries, whole or in the pieces of a stream, into reasoning parts. */
export function partsOfDetails(details: readonly ReasoningDetail[]): ReasoningPart[] {
  const parts: ReasoningPart[] = []
  let open: ReasoningDetail | undefined
  for (const detail of details) {
    if (open !== undefined && !continues(open, detail)) {
      parts.push(partOf(open))
      open = undefined
    }
    open = open === undefined ? detail : joined(open, detail)
    if (open.seal === undefined) continue
    parts.push(partOf(open))
    open = undefined
  }
  if (open !== undefined) parts.push(partOf(open))
  return parts
}

function continues(open: ReasoningDetail, detail: ReasoningDetail): boolean {
  if (sealsText(detail)) return true
  return detail.redacted !== true && open.index === detail.index && open.id === detail.id
}

function joined(open: ReasoningDetail, detail: ReasoningDetail): ReasoningDetail {
  const { redacted: _redacted, ...rest } = detail
  const { id = detail.id, path } = open
  return {
    ...rest,
    ...(id !== undefined && { id }),
    ...(path !== undefined && { path }),
    text: open.text + detail.text,
  }
}

function partOf({ text, seal, redacted, id, from, path }: ReasoningDetail): ReasoningPart {
  return {
    kind: 'reasoning',
    text,
    ...(seal !== undefined && { seal }),
    ...(redacted === true && { redacted }),
    ...(id !== undefined && { id }),
    from,
    ...(path !== undefined && { path }),
  }
}
