// What is said of a database that cannot be used, whichever it is.

/** The database cannot be used. The message says why and what to do, and holds no password. */
export class DatabaseError extends Error {
  constructor(place: string, problem: string, cause?: unknown) {
    super(`The database ${place} cannot be used: ${problem}.`, { cause })
  }
}
