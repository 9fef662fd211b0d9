// Reads comma-separated values as RFC 4180 has them, and as programs write them: with a byte order mark, with any line
// ends, without a last one.

/** Rows of cells, the header first. Empty lines are left out. Throws SyntaxError for a quote that never ends. */
export function readCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = []
  let row: string[] = []
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y
  cell.lastIndex = text.startsWith('\uFEFF') ? 1 : 0
  while (cell.lastIndex < text.length) {
    const startOffset = cell.lastIndex
    const found = cell.exec(text)
    if (found === null) throw new SyntaxError(`line ${lineAt(text, startOffset)} has a quote out of place`)
    const [, quoted, plain = '', end] = found
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === ',' && cell.lastIndex < text.length) continue
    if (end === ',') row.push('')
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
  }
  return rows
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
