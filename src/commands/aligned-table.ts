// A table for a terminal: words on the left of their columns, numbers on the right.

export type TableCell = string | number

/** Lines, the heading first. Numbers have their thousands apart. */
export function alignedTable(heading: readonly string[], rows: readonly (readonly TableCell[])[]): string {
  const texts = rows.map((cells) => cells.map(cellText))
  const widths = heading.map((title, column) =>
    Math.max(title.length, ...texts.map((cells) => cells[column]?.length ?? 0)),
  )
  const isNumber = heading.map((_, column) => texts.every((cells) => /^-?[\d,.]+$/.test(cells[column] ?? '')))
  const line = (cells: readonly string[]): string =>
    cells
      .map((text, column) =>
        isNumber[column] === true ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd()
  return [heading, ...texts].map((cells) => `${line(cells)}\n`).join('')
}

/** Names may hold what moves a terminal's cursor. */
function cellText(cell: TableCell): string {
  return typeof cell === 'number'
    ? String(cell).replaceAll(/\B(?=(\d{3})+$)/g, ',')
    : cell.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '�')
}
