// A line of the spool: checksum, space, JSON, line feed. The checksum tells a line that was torn or spoiled from one
// that was written whole; the line feed lets a reader find the next one.

const digits = Buffer.from('0123456789abcdef')
/** Eight digits and the space. */
const headBytes = 9

/** The bytes that a JSON text, which is ASCII and in one line, takes up as a line. */
export function framedBytes(json: string): number {
  return json.length + headBytes + 1
}

/** Writes the line of a JSON text to the start of a buffer. Each append does this, hence no text is put together. */
export function frameInto(buffer: Buffer, json: string): void {
  const checksum = Bun.hash.crc32(json)
  for (let digit = 0; digit < 8; digit += 1) buffer[digit] = digits[(checksum >>> (28 - 4 * digit)) & 15] ?? 0
  buffer[8] = 0x20
  buffer.write(json, headBytes, 'latin1')
  buffer[headBytes + json.length] = 0x0a
}

/** The line of a JSON text. */
export function frame(json: string): string {
  return `${Bun.hash.crc32(json).toString(16).padStart(8, '0')} ${json}\n`
}

/** The JSON of a line without its line feed; undefined when it is spoiled. */
export function unframe(line: string): string | undefined {
  if (line[8] !== ' ') return undefined
  const json = line.slice(headBytes)
  return Bun.hash.crc32(json) === Number.parseInt(line.slice(0, 8), 16) ? json : undefined
}
