// The chat dialect: what the mock provider speaks too, so that a gateway relays it.
import { chatPath } from '../subjects/subject.ts'
import type { ClientDialect } from './client-dialect.ts'
import { streamUsage, textFault } from './wire.ts'
import type { StreamPlan } from './wire.ts'

/** A client of OpenAI's chat API. */
export const chatClient: ClientDialect = {
  path: chatPath,
  headers: (chatHeaders) => chatHeaders,
  body: (chatBody) => chatBody,
  faultInEvents,
}

function faultInEvents(body: string, plan: StreamPlan): string | undefined {
  const payloads = body
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(5).trim())
  if (payloads.at(-1) !== '[DONE]') return `ended without [DONE] after ${payloads.length} events`

  const seen = { text: '', finish: '', usage: false }
  for (const payload of payloads.slice(0, -1)) {
    if (payload === '[DONE]') return '[DONE] came more than once'
    if (!readChunk(payload, seen)) return `an event is not a chunk: ${payload.slice(0, 120)}`
  }

  const wrongText = textFault(seen.text, plan)
  if (wrongText !== undefined) return wrongText
  if (seen.finish !== 'stop') return `the finish reason is "${seen.finish}"`
  if (!seen.usage) return 'the usage chunk is missing or wrong'
  return undefined
}

type Chunk = {
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string }
    readonly finish_reason?: string | null
  }[]
  readonly usage?: { readonly [name: string]: unknown } | null
}

function readChunk(payload: string, seen: { text: string; finish: string; usage: boolean }): boolean {
  let chunk: Chunk
  try {
    chunk = JSON.parse(payload) as Chunk
  } catch {
    return false
  }
  const choice = chunk.choices?.[0]
  seen.text += choice?.delta?.content ?? ''
  seen.finish = choice?.finish_reason ?? seen.finish
  if (chunk.usage) {
    const { usage } = chunk
    seen.usage = Object.entries(streamUsage).every(([name, count]) => usage[name] === count)
  }
  return chunk.choices !== undefined
}
