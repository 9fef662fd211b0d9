// A whole (not streamed) answer that is relayed: is it one, what did it cost in tokens, which model spoke. Small bodies
// are parsed, because the runtime does that faster than we can scan; large ones are scanned for the few members that
// matter, because parsing would hold a second copy of all of it.
import { isUtf8 } from 'node:buffer'
import { isObject, parsedObject } from './json-object.ts'
import type { JsonObject } from './json-object.ts'
import type { WholeAnswer } from './passage.ts'
import { scanJson } from './scan-json.ts'
import { latin1Of, utf8Of } from './text-of-bytes.ts'

/** How a dialect's answer is told. */
export interface AnswerForm {
  /** The member that makes it an answer. It is large, so a reader may only ask whether it is an array. */
  readonly payload: string
  /** The other members that are read. */
  readonly members: ReadonlySet<string>
  /** What an answer with these members is. `bytes` are all of it. */
  read(answer: JsonObject, bytes: Uint8Array): WholeAnswer
}

const answerLimits = { depthMax: 512, keysMax: 2_000_000 }
const parsedBytesMax = 16 * 1024
const noObject = { kind: 'malformed', problem: 'its answer is not a JSON object' } as const
const openBracket = 91

/** Reads an answer's bytes. Never throws. */
export function readWholeAnswer(bytes: Uint8Array, form: AnswerForm): WholeAnswer {
  if (!isUtf8(bytes)) return { kind: 'malformed', problem: 'its answer is not UTF-8' }
  const isSmall = bytes.byteLength <= parsedBytesMax
  const answer = isSmall ? parsedObject(utf8Of(bytes)) : scannedObject(bytes, form)
  return answer === undefined ? noObject : form.read(answer, bytes)
}

function scannedObject(bytes: Uint8Array, { payload, members }: AnswerForm): JsonObject | undefined {
  const scan = scanJson(latin1Of(bytes), answerLimits)
  if (scan.kind !== 'object') return undefined
  const answer: Record<string, unknown> = {}
  for (const { name, start, end } of scan.members) {
    if (name === payload) answer[name] = bytes[start] === openBracket ? [] : undefined
    else if (members.has(name)) answer[name] = parsed(utf8Of(bytes, start, end))
  }
  return answer
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The scan is kinder than the parser; then this member says nothing.
    return undefined
  }
}

/** An answer without its payload: the provider's error, or nothing at all. */
export function withoutPayload(answer: JsonObject, payload: string): WholeAnswer {
  const { error } = answer
  if (typeof error === 'string' || isObject(error)) return { kind: 'error' }
  return { kind: 'malformed', problem: `its answer has no "${payload}"` }
}

export function modelOf(name: unknown): string {
  return typeof name === 'string' ? name : ''
}
