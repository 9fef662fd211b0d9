// Files of the spool go away while they are looked at, because every process ships what dead ones left.

/** What was read, or undefined where there is nothing any more. */
export function unlessGone<Answer>(read: () => Answer): Answer | undefined {
  try {
    return read()
  } catch (failure) {
    const isGone = failure instanceof Error && 'code' in failure && failure.code === 'ENOENT'
    if (!isGone) throw failure
    return undefined
  }
}
