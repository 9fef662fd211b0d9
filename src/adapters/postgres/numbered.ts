// Statements that are shared with other databases have a `?` for each value; here it is `$1` and so on.

/** The same statement with numbers. No text in it may hold a question mark. */
export function numbered(statement: string): string {
  let count = 0
  return statement.replaceAll('?', () => `$${(count += 1)}`)
}
