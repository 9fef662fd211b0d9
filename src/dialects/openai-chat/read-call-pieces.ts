// Tool calls of an answer, whole or in pieces. OpenAI gives each call an index and its id and name at first; other
// servers leave out the index, repeat the id in each piece, or number every call 0.
import { isObject } from '../json-object.ts'
import type { AnswerEvent } from '../../core/answer-event.ts'
import { MalformedAnswer } from '../dialect.ts'
import type { ChoiceState, OpenCall } from './choice-state.ts'

/** One piece, read. */
interface Piece {
  readonly id: string
  readonly name: string
  readonly text: string
  readonly custom: boolean
  readonly seal: string | undefined
}

export function readToolCalls(pieces: readonly unknown[], state: ChoiceState, events: AnswerEvent[]): void {
  for (const wire of pieces) {
    if (!isObject(wire)) throw new MalformedAnswer('a tool call of its answer is not an object')
    const piece = readPiece(wire)
    const at = placeOfPiece(wire['index'], piece, state)
    add(piece, callAt(at, piece, state), { state, events })
  }
}

function readPiece(wire: Readonly<Record<string, unknown>>): Piece {
  const custom = isObject(wire['custom'])
  const called = wire['custom'] ?? wire['function']
  const inner = isObject(called) ? called : {}
  const text = custom ? inner['input'] : inner['arguments']
  return {
    id: textOf(wire['id']),
    name: textOf(inner['name']),
    // Some servers give the arguments as an object, although the dialect wants text.
    text: isObject(text) ? JSON.stringify(text) : textOf(text),
    custom,
    seal: sealOf(wire['extra_content']),
  }
}

function sealOf(extra: unknown): string | undefined {
  const google = isObject(extra) ? extra['google'] : undefined
  const seal = isObject(google) ? google['thought_signature'] : undefined
  return typeof seal === 'string' && seal !== '' ? seal : undefined
}

/** The index under which a piece's call is kept. A call that gives way to another at its place is complete. */
function placeOfPiece(index: unknown, piece: Piece, state: ChoiceState): number {
  const given = Number.isSafeInteger(index) ? Number(index) : undefined
  const at = given ?? state.lastAt
  const there = state.calls.get(at)
  const isOther = there !== undefined && piece.name !== '' && there.id !== piece.id
  if (given === undefined) {
    return there === undefined || isOther || (piece.name !== '' && piece.id === '') ? at + 1 : at
  }
  if (isOther && piece.id !== '') state.calls.delete(at)
  return at
}

function callAt(at: number, piece: Piece, state: ChoiceState): OpenCall {
  state.lastAt = at
  const there = state.calls.get(at)
  if (there !== undefined) return there
  const call: OpenCall = { number: undefined, id: piece.id, early: '' }
  state.calls.set(at, call)
  return call
}

function add(
  piece: Piece,
  call: OpenCall,
  { state, events }: { readonly state: ChoiceState; readonly events: AnswerEvent[] },
): void {
  const choice = state.index
  if (call.id === '') call.id = piece.id
  let { text } = piece
  if (call.number === undefined) {
    if (piece.name === '') {
      call.early += text
      return
    }
    call.number = state.callCount
    state.callCount += 1
    text = call.early + text
    events.push({
      kind: 'tool-call',
      choice,
      call: call.number,
      id: call.id === '' ? state.callId(call.number) : call.id,
      name: piece.name,
      ...(piece.custom && { custom: true }),
      ...(piece.seal !== undefined && { seal: piece.seal }),
    })
  }
  if (text !== '') events.push({ kind: 'tool-call-delta', choice, call: call.number, text })
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw new MalformedAnswer('a member of a tool call is not a string')
  return value
}
