// A whole (not streamed) answer of the OpenAI dialect: is it one, what did it cost in tokens, which model spoke.
// The body is checked by the span scanner and never parsed as a whole.
import { isUtf8 } from 'node:buffer'
import type { Usage } from '../../core/usage.ts'
import { scanJson } from '../scan-json.ts'
import { readUsage } from './read-usage.ts'

export type WholeAnswer =
  | { readonly kind: 'answer'; readonly usage: Usage | undefined; readonly model: string }
  /** A 200 that carries an error, as some providers send. */
  | { readonly kind: 'error' }
  | { readonly kind: 'malformed'; readonly problem: string }

const answerLimits = { depthMax: 512, keysMax: 2_000_000 }

/** Reads an answer's bytes. `payload` is the member that makes it an answer: `choices`, or `data` for embeddings. */
export function readWholeAnswer(bytes: Uint8Array, payload: 'choices' | 'data'): WholeAnswer {
  if (!isUtf8(bytes)) return { kind: 'malformed', problem: 'its answer is not UTF-8' }
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const scan = scanJson(buffer.toString('latin1'), answerLimits)
  if (scan.kind !== 'object') return { kind: 'malformed', problem: 'its answer is not a JSON object' }
  let usage: Usage | undefined
  let model = ''
  let hasPayload = false
  let hasError = false
  for (const { name, start, end } of scan.members) {
    if (name === 'usage') usage = readUsage(JSON.parse(buffer.toString('utf8', start, end)))
    else if (name === 'model') model = String(JSON.parse(buffer.toString('utf8', start, end)) ?? '')
    else if (name === payload) hasPayload = buffer[start] === 91
    else if (name === 'error') hasError = buffer[start] === 123 || buffer[start] === 34
  }
  if (hasPayload) return { kind: 'answer', usage, model }
  return hasError ? { kind: 'error' } : { kind: 'malformed', problem: `its answer has no "${payload}"` }
}
