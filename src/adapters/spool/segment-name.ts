// The names of the spool's files, which sort by age.

/** The file of the facts that were copied out of deleted segments. It is older than all that still are. */
export const keptName = 'kept.log'

/** `000001.log` and so on. */
export function segmentName(number: number): string {
  return `${String(number).padStart(6, '0')}.log`
}

/** The segments among a folder's files, oldest first. */
export function segmentsOf(names: readonly string[]): readonly string[] {
  const numbered = names.filter((name) => /^\d{6,}\.log$/.test(name))
  const sorted = numbered.toSorted((left, right) => Number.parseInt(left, 10) - Number.parseInt(right, 10))
  return names.includes(keptName) ? [keptName, ...sorted] : sorted
}
