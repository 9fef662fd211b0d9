// Objects without the members that are undefined: absent and undefined are two things in our words, and on the wire.

/** The members that have a value. */
export function given<T extends object>(members: { readonly [K in keyof T]: T[K] | undefined }): T {
  const kept: Partial<T> = {}
  for (const name in members) {
    const value = members[name]
    if (value !== undefined) kept[name] = value
  }
  // What is missing now was undefined, which only optional members of T may be.
  return kept as T
}
