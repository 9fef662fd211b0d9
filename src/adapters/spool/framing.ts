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

/** The text of a line without its line feed; undefined when it is spoiled. */
export function unframe(line: string): string | undefined {
  if (line[8] !== ' ') return undefined
  const text = line.slice(headBytes)
  return Bun.hash.crc32(text) === Number.parseInt(line.slice(0, 8), 16) ? text : undefined
}
