// Turns as `system` and `messages`. The roles alternate, results come first in a user message, and what the system says
// later in the conversation goes as user text where the model takes no system message there (docs, 2026-11-21,
// https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages).
import { isObject } from '../json-object.ts'
import type { Turn } from '../../core/model-request.ts'
import type { WriteWishes } from '../dialect.ts'
import { pathOfPart } from '../part-path.ts'
import { acceptedCallIds } from './call-ids.ts'
import { hearsSystemAnywhere } from './model-series.ts'
import { writePart } from './write-parts.ts'
import type { Wire, Writing } from './writing.ts'

export interface WrittenTurns {
  readonly system?: string | Wire[]
  readonly messages: Wire[]
}

interface Message {
  readonly role: 'user' | 'assistant' | 'system'
  readonly content: Wire[]
}

/** What could not be carried is added to `dropped`. Throws InvalidValue for calls whose arguments are no object. */
export function writeTurns(
  turns: readonly Turn[],
  wishes: WriteWishes,
  dropped: Writing['dropped'],
): WrittenTurns {
  const writing: Writing = { dropped, callId: acceptedCallIds(callIdsOf(turns)) }
  const head = systemCount(turns)
  const system = turns.slice(0, head).flatMap((turn, index) => blocksOf(turn, index, writing))
  const anywhere = hearsSystem(wishes)
  const messages: Message[] = []
  for (const [index, turn] of turns.entries()) {
    if (index < head) continue
    const isHeard = anywhere && turn.role === 'system' && isBetween(messages, turns[index + 1])
    const role = turn.role === 'system' && !isHeard ? 'user' : turn.role
    addTurn(messages, role, blocksOf(turn, index, writing))
  }
  trimPrefill(messages)
  return {
    ...(system.length === 0 ? {} : { system: asShort(system) }),
    messages: messages.map(({ role, content }) => ({ role, content: asShort(resultsFirst(content)) })),
  }
}

/** How many turns at the start become `system`. One that stands alone must stay a message: none at all is refused. */
function systemCount(turns: readonly Turn[]): number {
  const first = turns.findIndex((turn) => turn.role !== 'system')
  return first === -1 ? Math.max(turns.length - 1, 0) : first
}

function hearsSystem({ systemTurns, model }: WriteWishes): boolean {
  return systemTurns === undefined ? hearsSystemAnywhere(model) : systemTurns === 'anywhere'
}

/** The system is heard after the user and before the model speaks, nowhere else. */
function isBetween(messages: readonly Message[], next: Turn | undefined): boolean {
  return messages.at(-1)?.role === 'user' && (next === undefined || next.role === 'assistant')
}

/** Does the model go on with tools that it called without a thought? Then it may not begin to think by a budget. */
export function goesOnUnthought(messages: readonly Wire[]): boolean {
  const [asked, answered] = messages.slice(-2)
  if (!holds(answered, 'tool_result')) return false
  const [first] = blocksIn(asked)
  return first?.['type'] !== 'thinking' && first?.['type'] !== 'redacted_thinking'
}

function holds(message: Wire | undefined, type: string): boolean {
  return blocksIn(message).some((block) => block['type'] === type)
}

function blocksIn(message: Wire | undefined): readonly Wire[] {
  const content: unknown = message?.['content']
  return Array.isArray(content) ? content.filter(isObject) : []
}

function* callIdsOf(turns: readonly Turn[]): Iterable<string> {
  for (const turn of turns) {
    for (const part of turn.parts) {
      if (part.kind === 'tool-call') yield part.id
    }
  }
}

function blocksOf(turn: Turn, index: number, writing: Writing): Wire[] {
  const path = `messages[${index}]`
  if (turn.name !== undefined) writing.dropped.push({ path: `${path}.name` })
  return turn.parts.flatMap((part, at): Wire | readonly Wire[] => {
    const partPath = `${path}.content[${at}]`
    // Only text can be said by the system.
    if (
      turn.role === 'system' &&
      part.kind !== 'text' &&
      part.kind !== 'refusal' &&
      part.kind !== 'foreign'
    ) {
      writing.dropped.push({ path: pathOfPart(part, partPath) })
      return []
    }
    return writePart(part, partPath, writing) ?? []
  })
}

function addTurn(messages: Message[], as: Turn['role'], blocks: Wire[]): void {
  if (blocks.length === 0) return
  const role = as === 'assistant' || as === 'system' ? as : 'user'
  const last = messages.at(-1)
  if (last?.role === role) last.content.push(...blocks)
  else messages.push({ role, content: blocks })
}

function resultsFirst(blocks: readonly Wire[]): Wire[] {
  const results = blocks.filter((block) => block['type'] === 'tool_result')
  return [...results, ...blocks.filter((block) => block['type'] !== 'tool_result')]
}

/** An answer that the client began must not end in white space here. */
function trimPrefill(messages: Message[]): void {
  const last = messages.at(-1)
  const block = last?.content.at(-1)
  if (last?.role !== 'assistant' || block?.['type'] !== 'text') return
  const text = String(block['text']).trimEnd()
  if (text !== '') last.content.splice(-1, 1, { ...block, text })
  else if (last.content.length > 1) last.content.pop()
  else messages.pop()
}

/** One plain text is written as a string, which every service of this dialect understands. */
function asShort(blocks: Wire[]): string | Wire[] {
  const [only] = blocks
  if (blocks.length !== 1 || only?.['type'] !== 'text' || Object.keys(only).length !== 2) return blocks
  return String(only['text'])
}
