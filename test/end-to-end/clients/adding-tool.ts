// The one tool that the clients' loops run, and how the model asks for it.
import type { Behaviour } from '../../simulator/behaviour.ts'

export const asksForSum: Behaviour = { answer: { toolCalls: [{ name: 'add', arguments: '{"a":2,"b":3}' }] } }

export const numbers = {
  type: 'object' as const,
  properties: { a: { type: 'number' as const }, b: { type: 'number' as const } },
  required: ['a', 'b'],
  additionalProperties: false as const,
}

const asked: string[] = []

export function add({ a, b }: { readonly a: number; readonly b: number }): string {
  asked.push(`${a}+${b}`)
  return String(a + b)
}

/** What was added since this was last asked. */
export function sumsAsked(): readonly string[] {
  return asked.splice(0)
}
