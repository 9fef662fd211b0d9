// Cycles in a graph of imports, each told once, as the way round.

/** Depth first: a way that comes back to a file which is still being followed is a cycle. */
export function findCycles(ways: ReadonlyMap<string, readonly string[]>): string[] {
  const finished = new Set<string>()
  const path: string[] = []
  const found: string[] = []

  const follow = (file: string): void => {
    if (finished.has(file)) return
    const start = path.indexOf(file)
    if (start !== -1) {
      found.push([...path.slice(start), file].join(' → '))
      return
    }
    path.push(file)
    for (const next of ways.get(file) ?? []) follow(next)
    path.pop()
    finished.add(file)
  }

  for (const file of ways.keys()) follow(file)
  return found
}
