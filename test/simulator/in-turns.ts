// Mixing what several have to say at once.

/** The first of each, then the second of each, and so on. */
export function inTurns<Each>(lists: readonly (readonly Each[])[]): readonly Each[] {
  const longest = Math.max(0, ...lists.map((list) => list.length))
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat()
}
