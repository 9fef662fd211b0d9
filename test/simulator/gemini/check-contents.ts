// What generateContent demands of a conversation: parts that say something, signatures that it made itself, and answers to
// functions right after their calls.
import { isRecord } from '../chat-question.ts'
import { unsealed } from '../seal.ts'
import type { Fields } from './fields.ts'
import { fieldOf, namesIn } from './fields.ts'

export interface Turn {
  readonly role: unknown
  readonly parts: readonly Fields[]
}

const kinds = [
  ...namesIn(
    'text inlineData fileData functionCall functionResponse executableCode codeExecutionResult toolCall toolResponse',
  ),
]
/** Google takes these instead of a signature, for histories that came from elsewhere. */
const signaturesOfNobody = new Set<unknown>([
  'skip_thought_signature_validator',
  'context_engineering_is_the_way_to_go',
])

export function turnsOf(contents: unknown): readonly Turn[] {
  return (Array.isArray(contents) ? contents : []).map((content): Turn => {
    const found = isRecord(content) ? content : {}
    const parts: unknown = found['parts']
    return { role: found['role'] ?? 'user', parts: Array.isArray(parts) ? parts.filter(isRecord) : [] }
  })
}

/** The first complaint. */
export function complaintAboutContents(turns: readonly Turn[]): string | undefined {
  if (turns.length === 0) return '* GenerateContentRequest.contents: contents is not specified'
  for (const [index, turn] of turns.entries()) {
    const complaint =
      complaintAboutTurn(turn, index) ??
      complaintAboutAnswers(turn, turns[index - 1]) ??
      complaintAboutCalls(turn, turns[index - 1], turns[index + 1])
    if (complaint !== undefined) return complaint
  }
  return undefined
}

function complaintAboutTurn(turn: Turn, index: number): string | undefined {
  if (turn.role !== 'user' && turn.role !== 'model') return 'Please use a valid role: user, model.'
  const path = `GenerateContentRequest.contents[${index}].parts`
  if (turn.parts.length === 0) return `* ${path}: contents.parts must not be empty.`
  for (const [at, part] of turn.parts.entries()) {
    const said = kinds.filter((kind) => fieldOf(part, kind) !== undefined)
    const place = `* ${path}[${at}].data`
    if (said.length === 0) return `${place}: required oneof field 'data' must have one initialized field`
    if (said.length > 1) return `${place}: oneof field 'data' is already set. Cannot set '${said[1]}'`
    const signature = fieldOf(part, 'thoughtSignature')
    const isKnown = signaturesOfNobody.has(signature) || unsealed('gemini', signature) !== undefined
    if (signature !== undefined && !isKnown) return 'Thought signature is not valid.'
  }
  return undefined
}

function complaintAboutAnswers(turn: Turn, before: Turn | undefined): string | undefined {
  const answers = ofKind(turn, 'functionResponse')
  if (answers.length === 0) return undefined
  const calls = before === undefined ? [] : ofKind(before, 'functionCall')
  if (before?.role !== 'model' || calls.length === 0)
    return 'Please ensure that function response turn comes immediately after a function call turn.'
  if (answers.length !== calls.length)
    return (
      'Please ensure that the number of function response parts is equal to the number of function call parts ' +
      'of the function call turn.'
    )
  const stray = answers.find((answer) => !calls.some((call) => fits(answer, call)))
  const name = String(stray?.['name'])
  return stray === undefined
    ? undefined
    : `The function response "${name}" answers no function call of the turn before.`
}

function complaintAboutCalls(
  turn: Turn,
  before: Turn | undefined,
  next: Turn | undefined,
): string | undefined {
  if (ofKind(turn, 'functionCall').length === 0) return undefined
  const isUnanswered = next !== undefined && ofKind(next, 'functionResponse').length === 0
  if (before === undefined || turn.role !== 'model' || before.role !== 'user')
    return (
      'Please ensure that function call turn comes immediately after a user turn or after a function response ' +
      'turn.'
    )
  return isUnanswered
    ? 'Please ensure that function response turn comes immediately after a function call turn.'
    : undefined
}

/** By id where both have one. */
function fits(answer: Fields, call: Fields): boolean {
  if (answer['name'] !== call['name'] || !isRecord(answer['response'])) return false
  return answer['id'] === undefined || call['id'] === undefined || answer['id'] === call['id']
}

function ofKind(turn: Turn, kind: string): readonly Fields[] {
  return turn.parts.map((part) => fieldOf(part, kind)).filter(isRecord)
}
