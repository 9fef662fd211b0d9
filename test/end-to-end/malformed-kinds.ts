// The kinds of requests that break a rule, each a generator of bytes from a stream of chance, with the codes that a
// client may be told. Where the runtime's server refuses by itself, `bare` says so: then a refusal without a body, or
// a closed connection, will do.

/** Numbers from one seed, so that a failure can be run again. */
export interface Chance {
  /** A whole number from 0 up to, not including, this. */
  below(limit: number): number
  one<Value>(of: readonly Value[]): Value
}

export interface MalformedKind {
  readonly name: string
  /** Codes of ours that are right. */
  readonly codes: readonly string[]
  /** The runtime's server may answer instead of us. */
  readonly bare?: boolean
  /** The request never ends by itself: the client closes its side. */
  readonly endless?: boolean
  /** No more than so many of them: they are large. */
  readonly timesMax?: number
  make(chance: Chance): Buffer
}

export interface Parts {
  readonly method?: string
  readonly target?: string
  readonly version?: string
  /** Lines that replace those of the same name; an empty list takes the usual one away. */
  readonly lines?: readonly string[]
  readonly without?: readonly string[]
  readonly body?: string | Buffer
  readonly lineEnd?: string
}

export const validKey = 'test-key-of-the-end-to-end-suite'
/** What the gateway under test allows. */
export const bodyBytesMax = 1_000_000
export const chatPath = '/v1/chat/completions'

/** A request as bytes; all that is not said is right. */
export function requestBytes(parts: Parts): Buffer {
  const {
    method = 'POST',
    target = chatPath,
    version = 'HTTP/1.1',
    lines = [],
    without = [],
    lineEnd = '\r\n',
  } = parts
  const body = Buffer.isBuffer(parts.body) ? parts.body : Buffer.from(parts.body ?? '')
  const usual = [
    'host: 127.0.0.1',
    `authorization: Bearer ${validKey}`,
    'content-type: application/json',
    `content-length: ${body.byteLength}`,
  ]
  const replaced = new Set([...without, ...lines.map(nameOf)])
  const head = [
    `${method} ${target} ${version}`,
    ...usual.filter((line) => !replaced.has(nameOf(line))),
    ...lines,
  ]
  return Buffer.concat([Buffer.from(`${head.join(lineEnd)}${lineEnd}${lineEnd}`, 'latin1'), body])
}

function nameOf(line: string): string {
  return line.slice(0, line.indexOf(':')).trim().toLowerCase()
}

/** A good chat body with some members replaced by JSON text. `null` takes one away. */
export function chatBody(members: Readonly<Record<string, string | null>> = {}): string {
  const all = { model: '"sim/ok"', messages: '[{"role":"user","content":"Hello"}]', ...members }
  const written = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null)
  return `{${written.map(([name, json]) => `"${name}":${json}`).join(',')}}`
}

export function randomText(chance: Chance, length: number): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
  return Array.from({ length }, () => alphabet[chance.below(alphabet.length)]).join('')
}

export function randomBytes(chance: Chance, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => chance.below(256)))
}
