// Judges what one stream delivered, byte for byte: status, framing, every event's text in order, usage, finish, end.
// It runs after the measured time, so that checking costs the measurement nothing.
import { eventText, streamUsage } from './wire.ts'
import type { StreamPlan } from './wire.ts'

const headEnd = '\r\n\r\n'

/** Says what is wrong with a delivered stream, or undefined when every byte is as planned. */
export function faultIn(bytes: Buffer, plan: StreamPlan): string | undefined {
  const text = bytes.toString('latin1')
  const headLength = text.indexOf(headEnd)
  if (headLength < 0) return `no response head in ${text.length} bytes`
  const head = text.slice(0, headLength)
  if (!head.startsWith('HTTP/1.1 200 ')) return `answered ${head.split('\r\n', 1)[0]}`

  const rest = text.slice(headLength + headEnd.length)
  const body = /\r\ntransfer-encoding: *chunked/i.test(head) ? unchunked(rest) : rest
  if (body === undefined) return 'the chunked body is cut or malformed'
  return faultInEvents(body, plan)
}

/** How many events are in a piece of a stream. Only for counting: an event that is cut counts where it starts. */
export function countEvents(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf('data: {'); at >= 0; at = bytes.indexOf('data: {', at + 7)) count += 1
  return count
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

  const expected = Array.from({ length: plan.events }, (_, index) => eventText(plan.stream, index)).join('')
  if (seen.text !== expected) return textFault(seen.text, expected)
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

function textFault(text: string, expected: string): string {
  let at = 0
  while (at < text.length && text[at] === expected[at]) at += 1
  return `the text differs at character ${at}: "${text.slice(at, at + 32)}" for "${expected.slice(at, at + 32)}"`
}

/** Takes the chunked framing off; undefined when the body is not whole. */
function unchunked(text: string): string | undefined {
  const parts: string[] = []
  let at = 0
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at)
    const size = Number.parseInt(text.slice(at, lineEnd), 16)
    if (lineEnd < 0 || Number.isNaN(size)) return undefined
    if (size === 0) return text.slice(lineEnd) === headEnd ? parts.join('') : undefined
    const start = lineEnd + 2
    if (text.length < start + size + 2) return undefined
    parts.push(text.slice(start, start + size))
    at = start + size + 2
  }
}
