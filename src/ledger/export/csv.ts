// Comma-separated values as RFC 4180 writes them, and as spreadsheets can be trusted with: a text that they would take for a
// formula begins with an apostrophe.

export type CsvCell = string | number | boolean | null

/** A line with its end. What is not known is empty. */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`
}

function cellText(cell: CsvCell): string {
  if (cell === null) return ''
  if (typeof cell !== 'string') return String(cell)
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
