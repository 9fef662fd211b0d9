// Which tools an answer calls: those scripted, else up to two of the request's own, with arguments that fit
// their schemas. After a tool's result the answer is text again, so that a client's tool loop ends.
import type { AnswerScript, ScriptedToolCall } from './behaviour.ts'
import { isRecord } from './chat-question.ts'
import type { ChatQuestion } from './chat-question.ts'
import { sampleOfSchema } from './sample-of-schema.ts'

const parallelCallsMax = 2
const argumentPieceLength = 5

export function toolCallsOf(question: ChatQuestion, answer: AnswerScript): readonly ScriptedToolCall[] {
  if (answer.toolCalls !== undefined)
    return answer.toolCallsOnce === true ? offeredCalls(question, answer.toolCalls) : answer.toolCalls
  if (answer.text !== undefined || question.tool_choice === 'none') return []
  if (!Array.isArray(question.tools) || isAnswered(question.messages)) return []
  const called = nameOfChoice(question.tool_choice)
  const functions = question.tools.map(functionOf).filter((tool) => tool !== undefined)
  const wanted = called === undefined ? functions : functions.filter((tool) => tool.name === called)
  const calls = wanted.slice(0, question.parallel_tool_calls === false ? 1 : parallelCallsMax)
  return answer.parallelTools === true && calls.length === 1 ? [...calls, ...calls] : calls
}

/** The id under which a client answers the call. */
export function callId(plan: { readonly id: string }, index: number, prefix = 'call_'): string {
  return `${prefix}${plan.id.slice(-8)}_${index}`
}

/** The pieces in which a stream sends the arguments of a call. */
export function argumentPieces(text: string): readonly string[] {
  const found: string[] = []
  for (let at = 0; at < text.length; at += argumentPieceLength)
    found.push(text.slice(at, at + argumentPieceLength))
  return found
}

function functionOf(tool: unknown): ScriptedToolCall | undefined {
  const inner = isRecord(tool) ? tool['function'] : undefined
  if (!isRecord(inner) || typeof inner['name'] !== 'string') return undefined
  const schema = inner['parameters'] ?? { type: 'object' }
  return { name: inner['name'], arguments: JSON.stringify(sampleOfSchema(schema)) }
}

function offeredCalls(
  question: ChatQuestion,
  scripted: readonly ScriptedToolCall[],
): readonly ScriptedToolCall[] {
  if (!Array.isArray(question.tools) || isAnswered(question.messages)) return []
  const names = new Set(question.tools.map((tool) => functionOf(tool)?.name))
  return scripted.filter((call) => names.has(call.name))
}

function nameOfChoice(choice: unknown): string | undefined {
  const inner = isRecord(choice) ? choice['function'] : undefined
  return isRecord(inner) && typeof inner['name'] === 'string' ? inner['name'] : undefined
}

/** A tool's result is what the answer is about, even where the client adds words behind it. */
function isAnswered(messages: readonly unknown[]): boolean {
  const roles = messages.map((message) => (isRecord(message) ? message['role'] : undefined))
  return roles.slice(roles.lastIndexOf('assistant') + 1).includes('tool')
}
