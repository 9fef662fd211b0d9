// Embeddings as base64 of little-endian 32-bit floats, which OpenAI's SDKs ask for unless told otherwise: made of
// arrays of numbers where a provider answers with those.
import { isObject, parsedObject } from '../json-object.ts'
import { utf8Of } from '../text-of-bytes.ts'

const bytesPerFloat = 4

/** The answer with every embedding in base64; those that are already stay as they are. */
export function inBase64(bytes: Uint8Array): Uint8Array {
  if (!holdsArrays(bytes)) return bytes
  const answer = parsedObject(utf8Of(bytes))
  const entries: unknown = answer?.['data']
  if (answer === undefined || !Array.isArray(entries)) return bytes
  const encoded = entries.map((entry: unknown) =>
    isObject(entry) && isNumbers(entry['embedding'])
      ? { ...entry, embedding: base64Of(entry['embedding']) }
      : entry,
  )
  return Buffer.from(JSON.stringify({ ...answer, data: encoded }))
}

/** What follows the first `"embedding"` that is a member's name tells for all. */
function holdsArrays(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = text.indexOf(memberName)
  while (at !== -1) {
    let next = at + memberName.length
    while (isBlankOrColon(text[next])) next += 1
    if (text[next] === openBracket) return true
    at = text.indexOf(memberName, next)
  }
  return false
}

const memberName = '"embedding"'
const openBracket = 91

function isBlankOrColon(byte: number | undefined): boolean {
  return byte === 58 || byte === 32 || byte === 9 || byte === 10 || byte === 13
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((number) => typeof number === 'number')
}

function base64Of(numbers: readonly number[]): string {
  const buffer = Buffer.allocUnsafe(numbers.length * bytesPerFloat)
  for (const [index, number] of numbers.entries()) buffer.writeFloatLE(number, index * bytesPerFloat)
  return buffer.toString('base64')
}
