// What the Messages API demands of a conversation: signatures that it made itself, results that answer the calls of the
// turn before, calls that are answered. Each complaint names its place.
import { isRecord } from '../chat-question.ts'
import { unsealed } from '../seal.ts'

type Block = Readonly<Record<string, unknown>>

export interface Turn {
  readonly role: unknown
  readonly blocks: readonly Block[]
}

const roles = new Set<unknown>(['user', 'assistant', 'system'])

/** A string is one block of text. */
export function blocksOf(content: unknown): readonly Block[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  return Array.isArray(content) ? content.filter(isRecord) : []
}

/** The first complaint. `isContinued`: the turn before stands in a thread that the provider holds. */
export function complaintAboutMessages(messages: unknown, isContinued: boolean): string | undefined {
  if (!Array.isArray(messages)) return 'messages: Input should be a valid list'
  if (messages.length === 0) return 'messages: at least one message is required'
  const turns = messages.map((message): Turn => {
    const found = isRecord(message) ? message : {}
    return { role: found['role'], blocks: blocksOf(found['content']) }
  })
  if (!isContinued && turns[0]?.role !== 'user') return 'messages: first message must use the "user" role'
  for (const [index, turn] of turns.entries()) {
    const complaint =
      complaintAboutTurn(turn, `messages.${index}`) ??
      (isContinued && index === 0 ? undefined : complaintAboutResults(turn, turns[index - 1], index)) ??
      complaintAboutCalls(turn, turns[index + 1], index)
    if (complaint !== undefined) return complaint
  }
  return undefined
}

function complaintAboutTurn(turn: Turn, path: string): string | undefined {
  if (!roles.has(turn.role)) return `${path}.role: Input should be 'user' or 'assistant'`
  if (turn.blocks.length === 0) return `${path}: all messages must have non-empty content`
  for (const [index, block] of turn.blocks.entries()) {
    const complaint = complaintAboutBlock(block, turn.role === 'assistant')
    if (complaint !== undefined) return `${path}.content.${index}${complaint}`
  }
  return undefined
}

/** Begins with what is joined to the block's path. */
function complaintAboutBlock(block: Block, isAssistant: boolean): string | undefined {
  const { type } = block
  const isThought = type === 'thinking' || type === 'redacted_thinking'
  if (type === 'text' && (typeof block['text'] !== 'string' || block['text'] === ''))
    return '.text: text content blocks must be non-empty'
  if (!isAssistant && (isThought || type === 'tool_use'))
    return `: \`${type}\` blocks can only appear in assistant messages`
  if (isAssistant && type === 'tool_result') return ': `tool_result` blocks can only be in `user` messages'
  if (type === 'thinking') return complaintAboutThinking(block)
  if (type === 'redacted_thinking' && unsealed('messages', block['data']) === undefined)
    return ': Invalid `data` in `redacted_thinking` block'
  if (type === 'tool_result') return complaintAboutId(block, 'tool_result.tool_use_id')
  if (type !== 'tool_use') return undefined
  const isBad = complaintAboutId(block, 'tool_use.id')
  if (isBad !== undefined) return isBad
  return isRecord(block['input']) ? undefined : '.tool_use.input: Input should be a valid dictionary'
}

function complaintAboutId(block: Block, path: string): string | undefined {
  const id = block[path.split('.')[1] ?? '']
  if (typeof id !== 'string') return `.${path}: Field required`
  if (/^[a-zA-Z0-9_-]+$/u.test(id)) return undefined
  return `.${path}: String should match pattern '^[a-zA-Z0-9_-]+$'`
}

function complaintAboutThinking(block: Block): string | undefined {
  if (typeof block['thinking'] !== 'string') return '.thinking.thinking: Field required'
  if (typeof block['signature'] !== 'string') return '.thinking.signature: Field required'
  const sealed = unsealed('messages', block['signature'])
  // A thought that was not shown comes back empty.
  const isOurs = sealed !== undefined && (block['thinking'] === '' || block['thinking'] === sealed)
  return isOurs ? undefined : ': Invalid `signature` in `thinking` block'
}

function complaintAboutResults(turn: Turn, before: Turn | undefined, index: number): string | undefined {
  const called = new Set(before?.role === 'assistant' ? idsOf(before, 'tool_use', 'id') : [])
  for (const [at, block] of turn.blocks.entries()) {
    if (block['type'] !== 'tool_result' || called.has(block['tool_use_id'])) continue
    return (
      `messages.${index}.content.${at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ` +
      `${String(block['tool_use_id'])}. Each \`tool_result\` block must have a corresponding \`tool_use\` block ` +
      'in the previous message.'
    )
  }
  return undefined
}

function complaintAboutCalls(turn: Turn, next: Turn | undefined, index: number): string | undefined {
  const answered = new Set(next === undefined ? [] : idsOf(next, 'tool_result', 'tool_use_id'))
  const open = idsOf(turn, 'tool_use', 'id').filter((id) => !answered.has(id))
  if (open.length === 0) return undefined
  return (
    `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ` +
    `${open.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`
  )
}

function idsOf(turn: Turn, type: string, member: string): readonly unknown[] {
  return turn.blocks.filter((block) => block['type'] === type).map((block) => block[member])
}
