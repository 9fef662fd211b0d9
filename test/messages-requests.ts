// Requests of our words as they are written for the Messages API.
import type { ModelRequest, Part, Turn } from '../src/core/model-request.ts'
import type { WriteWishes } from '../src/dialects/dialect.ts'
import { writeRequest } from '../src/dialects/anthropic-messages/write-request.ts'

export const wishes: WriteWishes = { model: 'claude-x', maxTokensDefault: 4096, jsonSchema: true }
export const hello: Turn = { role: 'user', parts: [{ kind: 'text', text: 'Hello' }] }
export const base: ModelRequest = { model: 'm', stream: false, turns: [hello], unplaced: [] }
export const schema = { type: 'object', properties: { a: { type: 'string' } } }
export const tool = { kind: 'function', name: 'f', parameters: schema } as const

export function write(members: Partial<ModelRequest>, more: Partial<WriteWishes> = {}) {
  return writeRequest({ ...base, ...members }, { ...wishes, ...more })
}

export function messages(turns: readonly Turn[]): unknown {
  return write({ turns }).body['messages']
}

export function text(role: Turn['role'], words: string): Turn {
  return { role, parts: [{ kind: 'text', text: words }] }
}

export function assistant(...parts: Part[]): Turn {
  return { role: 'assistant', parts }
}
