// A line of the spool: checksum, space, JSON, line feed. The checksum tells a line that was torn or spoiled from one
// that was written whole; the line feed lets a reader find the next one.

const digits = Buffer.from('0123456789abcdef')
const space = 0x20
const lineFeed = 0x0a
/** Eight digits and the space. */
const headBytes = 9

/** The bytes that a text, which is ASCII and in one line, takes up as a line. */
export function framedBytes(text: string): number {
  return text.length + headBytes + 1
}

/** Writes the line of a text into a buffer. The line feed comes last: half a line is never taken for a whole one. */
export function frameInto(buffer: Buffer, at: number, text: string): void {
  const checksum = Bun.hash.crc32(text)
  buffer.write(text, at + headBytes, 'latin1')
  for (let digit = 0; digit < 8; digit += 1) {
    buffer[at + digit] = digits[(checksum >>> (28 - 4 * digit)) & 15] ?? 0
  }
  buffer[at + 8] = space
  buffer[at + headBytes + text.length] = lineFeed
}

/** The line of a text. */
export function frame(text: string): string {
  return `${Bun.hash.crc32(text).toString(16).padStart(8, '0')} ${text}\n`
}

/** The text of the line in `[start, end)`, which is without its line feed; undefined when it is spoiled. */
export function unframe(bytes: Buffer, start: number, end: number): string | undefined {
  if (bytes[start + 8] !== space) return undefined
  const text = bytes.toString('latin1', start + headBytes, end)
  return Bun.hash.crc32(text) === checksumAt(bytes, start) ? text : undefined
}

/** The number whose eight digits stand there; no checksum when one of them is none. */
function checksumAt(bytes: Buffer, start: number): number {
  let checksum = 0
  for (let at = start; at < start + 8; at += 1) checksum = checksum * 16 + valueOf(bytes[at] ?? 0)
  return checksum
}

/** The value of a digit as it is written here. */
function valueOf(digit: number): number {
  if (digit >= 0x30 && digit <= 0x39) return digit - 0x30
  return digit >= 0x61 && digit <= 0x66 ? digit - 0x57 : NaN
}
