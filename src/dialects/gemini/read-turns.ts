// A client's contents as turns. Google merges contents of one role, and its SDK keeps a streamed answer as
// one content per chunk, so contents of the model that follow each other are one turn whose texts are joined.
import { InvalidValue } from '../../core/errors.ts'
import type { Part, ReasoningPart, Turn } from '../../core/model-request.ts'
import { Members } from './read-members.ts'
import type { Placed } from './read-members.ts'
import { readPart } from './read-parts.ts'
import type { Reading, Role } from './read-parts.ts'

const roles: ReadonlyMap<string, Role> = new Map([
  ['user', 'user'],
  ['model', 'model'],
  // Older clients name the turn of the results after what it holds.
  ['function', 'user'],
  ['tool', 'user'],
])

/** `systemInstruction`: its role says nothing. */
export function readSystem({ value, path }: Placed, reading: Reading): Turn {
  const content = new Members(value, path)
  content.string('role')
  const parts = readParts(content, { role: 'system', turn: 0 }, reading)
  reading.unplaced.push(...content.unread())
  return { role: 'system', parts }
}

export function readTurns(contents: readonly Placed[], reading: Reading): readonly Turn[] {
  const turns: Turn[] = []
  let spoken: Part[] = []
  const closeModelTurn = (): void => {
    if (spoken.length > 0) turns.push({ role: 'assistant', parts: joined(spoken) })
    spoken = []
  }
  for (const [turn, placed] of contents.entries()) {
    const content = new Members(placed.value, placed.path)
    const role = readRole(content)
    const parts = readParts(content, { role, turn }, reading)
    reading.unplaced.push(...content.unread())
    if (role === 'model') {
      spoken.push(...parts)
      continue
    }
    closeModelTurn()
    turns.push(...userTurns(parts))
  }
  closeModelTurn()
  return turns
}

function readRole(content: Members): Role {
  const name = content.string('role') || 'user'
  const role = roles.get(name)
  if (role === undefined) throw new InvalidValue(content.pathOf('role'), 'it must be "user" or "model"')
  return role
}

function readParts(
  content: Members,
  { role, turn }: { readonly role: Role; readonly turn: number },
  reading: Reading,
): readonly Part[] {
  return (content.list('parts') ?? []).flatMap((placed, part) =>
    readPart(placed, { role, turn, part }, reading),
  )
}

/** Results come first and in a turn of their own: they answer what the model said last. */
function userTurns(parts: readonly Part[]): readonly Turn[] {
  const results = parts.filter(({ kind }) => kind === 'tool-result')
  if (results.length === 0) return [{ role: 'user', parts }]
  const others = parts.filter(({ kind }) => kind !== 'tool-result')
  const answering: Turn = { role: 'tool', parts: results }
  return others.length === 0 ? [answering] : [answering, { role: 'user', parts: others }]
}

/** Texts that follow each other are one text, and so are thoughts up to their seal. Chunks without text say nothing. */
function joined(parts: readonly Part[]): readonly Part[] {
  const whole: Part[] = []
  for (const part of parts) {
    if (part.kind === 'text' && part.text === '') continue
    const last = whole.at(-1)
    const both = last === undefined ? undefined : join(last, part)
    if (both === undefined) whole.push(part)
    else whole[whole.length - 1] = both
  }
  return whole
}

function join(last: Part, next: Part): Part | undefined {
  if (last.kind === 'text' && next.kind === 'text') return { kind: 'text', text: last.text + next.text }
  if (last.kind === 'reasoning' && next.kind === 'reasoning') return joinReasoning(last, next)
  return undefined
}

function joinReasoning(last: ReasoningPart, next: ReasoningPart): ReasoningPart | undefined {
  if (last.seal !== undefined || next.redacted === true) return undefined
  return { ...next, text: last.text + next.text }
}
