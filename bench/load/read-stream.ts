// Judges what one stream delivered, byte for byte: status and framing here, the events in the file of their dialect.
// It runs after the measured time, so that checking costs the measurement nothing.
import type { ClientDialect } from './client-dialect.ts'
import type { StreamPlan } from './wire.ts'

const headEnd = '\r\n\r\n'

/** Says what is wrong with a delivered stream, or undefined when every byte is as planned. */
export function faultIn(bytes: Buffer, plan: StreamPlan, dialect: ClientDialect): string | undefined {
  const text = bytes.toString('latin1')
  const headLength = text.indexOf(headEnd)
  if (headLength < 0) return `no response head in ${text.length} bytes`
  const head = text.slice(0, headLength)
  if (!head.startsWith('HTTP/1.1 200 ')) return `answered ${head.split('\r\n', 1)[0]}`

  const rest = text.slice(headLength + headEnd.length)
  const body = /\r\ntransfer-encoding: *chunked/i.test(head) ? unchunked(rest) : rest
  if (body === undefined) return 'the chunked body is cut or malformed'
  return dialect.faultInEvents(body, plan)
}

/** How many events are in a piece of a stream. Only for counting: an event that is cut counts where it starts. */
export function countEvents(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf('data: {'); at >= 0; at = bytes.indexOf('data: {', at + 7)) count += 1
  return count
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
