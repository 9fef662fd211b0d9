// How many tokens a whole answer holds when its provider did not count them, or not believably: four bytes of what the
// model said are one token. The frame around it is not the model's and is left out.
import { isObject } from './json-object.ts'
import { utf8Of } from './text-of-bytes.ts'

const bytesPerToken = 4
/** A piece of a stream up to this long is taken for a token, however few of them are that long. */
const tokenBytesMax = 16
/** Parsing more than this would hold up every other call; then the frame, which is small beside it, is counted too. */
const parsedBytesMax = 1024 * 1024

/** Estimates the output tokens of an answer that the scan let pass, by what `saidBytes` finds in it. Never throws. */
export function estimateTokens(bytes: Uint8Array, saidBytes: (answer: unknown) => number): number {
  const all = bytes.byteLength
  if (all > parsedBytesMax) return Math.ceil(all / bytesPerToken)
  const answer = parsed(utf8Of(bytes))
  // The scan that let it pass is kinder than the parser; then the text itself has to do.
  return Math.ceil((answer === undefined ? all : saidBytes(answer)) / bytesPerToken)
}

/** Estimates the tokens of one piece of a stream, in which the model said so many bytes. */
export function pieceTokens(bytes: number): number {
  return bytes <= tokenBytesMax ? 1 : Math.ceil(bytes / bytesPerToken)
}

/** Which members of a payload the model did not say, and which hold the arguments of calls. */
export interface Speech {
  readonly silent: ReadonlySet<string>
  readonly written: ReadonlySet<string>
}

/** The bytes of all texts below a value. It may be nested as deep as it likes. */
export function textBytes(payload: unknown, { silent, written }: Speech): number {
  let bytes = 0
  const open: (readonly [name: string, value: unknown])[] = [['', payload]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [name, value] = next
    if (silent.has(name)) continue
    if (written.has(name)) bytes += printedBytes(value)
    else if (typeof value === 'string') bytes += Buffer.byteLength(value)
    else if (Array.isArray(value)) for (const entry of value) open.push(['', entry])
    else if (isObject(value)) for (const member of Object.entries(value)) open.push(member)
  }
  return bytes
}

/** Arguments of a call are said with their names and brackets. */
export function printedBytes(value: unknown): number {
  if (value === undefined || value === null) return 0
  try {
    return Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value))
  } catch {
    // Nested deeper than can be printed: nobody's arguments.
    return 0
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
