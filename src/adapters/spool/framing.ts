// A line of the spool: checksum, space, JSON, line feed. The checksum tells a line that was torn or spoiled from one
// that was written whole; the line feed lets a reader find the next one.

/** The line of a JSON text, which is ASCII and in one line. */
export function frame(json: string): string {
  return `${Bun.hash.crc32(json).toString(16).padStart(8, '0')} ${json}\n`
}

/** The JSON of a line without its line feed; undefined when it is spoiled. */
export function unframe(line: string): string | undefined {
  if (line[8] !== ' ') return undefined
  const json = line.slice(9)
  return Bun.hash.crc32(json) === Number.parseInt(line.slice(0, 8), 16) ? json : undefined
}
