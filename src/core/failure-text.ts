// What is said of a failure whose kind is not known: anything can be thrown.

/** For people who need not know where it came from. */
export function failureText(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure)
}

/** For those who mend what nobody has foreseen. */
export function failureStack(failure: unknown): string {
  return failure instanceof Error ? (failure.stack ?? failure.message) : String(failure)
}
