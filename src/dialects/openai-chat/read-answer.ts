// A whole (not streamed) answer of the OpenAI dialect: is it one, what did it cost in tokens, which model spoke.
// Small bodies are parsed, because the runtime does that faster than we can scan; large ones are scanned for the few
// members that matter, because parsing would hold a second copy of all of it.
import { isObject } from '../json-object.ts'
import { isUtf8 } from 'node:buffer'
import type { Usage } from '../../core/usage.ts'
import { scanJson } from '../scan-json.ts'
import { latin1Of, utf8Of } from '../text-of-bytes.ts'
import type { WholeAnswer } from '../passage.ts'
import { readUsage } from './read-usage.ts'

const answerLimits = { depthMax: 512, keysMax: 2_000_000 }
const parsedBytesMax = 16 * 1024
const noObject = { kind: 'malformed', problem: 'its answer is not a JSON object' } as const

/** Reads an answer's bytes. `payload` is the member that makes it an answer: `choices`, or `data` for embeddings. */
export function readWholeAnswer(bytes: Uint8Array, payload: 'choices' | 'data'): WholeAnswer {
  if (!isUtf8(bytes)) return { kind: 'malformed', problem: 'its answer is not UTF-8' }
  return bytes.byteLength <= parsedBytesMax ? parseAnswer(bytes, payload) : scanAnswer(bytes, payload)
}

function parseAnswer(bytes: Uint8Array, payload: 'choices' | 'data'): WholeAnswer {
  const body = parse(utf8Of(bytes))
  if (!isObject(body)) return noObject
  if (!Array.isArray(body[payload])) {
    return withoutPayload(payload, typeof body['error'] === 'string' || isObject(body['error']))
  }
  return { kind: 'answer', usage: readUsage(body['usage']), model: textOf(body['model']), bytes }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // What is not JSON is no answer; whose fault that is, the caller knows.
    return undefined
  }
}

function scanAnswer(bytes: Uint8Array, payload: 'choices' | 'data'): WholeAnswer {
  const scan = scanJson(latin1Of(bytes), answerLimits)
  if (scan.kind !== 'object') return noObject
  let usage: Usage | undefined
  let model = ''
  let hasPayload = false
  let hasError = false
  for (const { name, start, end } of scan.members) {
    if (name === 'usage') usage = readUsage(parse(utf8Of(bytes, start, end)))
    else if (name === 'model') model = textOf(parse(utf8Of(bytes, start, end)))
    else if (name === payload) hasPayload = bytes[start] === 91
    else if (name === 'error') hasError = bytes[start] === 123 || bytes[start] === 34
  }
  return hasPayload ? { kind: 'answer', usage, model, bytes } : withoutPayload(payload, hasError)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function withoutPayload(payload: string, hasError: boolean): WholeAnswer {
  return hasError ? { kind: 'error' } : { kind: 'malformed', problem: `its answer has no "${payload}"` }
}
