// Ids of tool calls. This API accepts letters, digits, `_` and `-` only; other providers write `functions.find:0` and
// the like. A call and its result must keep one id, and no two calls may share one.
const accepted = /^[A-Za-z0-9_-]+$/
const unaccepted = /[^A-Za-z0-9_-]/g

/** A function that gives each id one accepted id, always the same. Accepted ids stay as they are. */
export function acceptedCallIds(ids: Iterable<string>): (id: string) => string {
  const known = new Map<string, string>()
  const taken = new Set<string>()
  const odd: string[] = []
  for (const id of ids) {
    if (!accepted.test(id)) odd.push(id)
    else if (!known.has(id)) {
      known.set(id, id)
      taken.add(id)
    }
  }
  const freeId = idFinder(taken)
  const idFor = (id: string): string => {
    const found = known.get(id)
    if (found !== undefined) return found
    const made = freeId(id.replace(unaccepted, '_'))
    known.set(id, made)
    return made
  }
  odd.forEach(idFor)
  return idFor
}

/** Finds an id like the wanted one that is free. It counts per id, so that thousands alike cost no search each. */
function idFinder(taken: Set<string>): (wanted: string) => string {
  const counts = new Map<string, number>()
  return (wanted) => {
    const stem = wanted === '' ? 'call' : wanted
    let count = counts.get(stem) ?? 1
    let made = count === 1 ? stem : `${stem}_${count}`
    while (taken.has(made)) {
      count += 1
      made = `${stem}_${count}`
    }
    counts.set(stem, count)
    taken.add(made)
    return made
  }
}
