// What goes wrong, as a value that tests can look at. Work that succeeds is itself a failure of the test.
import { GatewayError } from '../src/core/errors.ts'

/** What this work throws or rejects with; the promises of SDKs are no plain ones. */
export async function failureOf(work: () => unknown): Promise<unknown> {
  try {
    await work()
  } catch (failure) {
    return failure
  }
  throw new Error('nothing was raised')
}

/** The code and the place of what is wrong in a request; undefined where it is read. */
export function refusalOf(read: () => unknown): string | undefined {
  try {
    read()
    return undefined
  } catch (failure) {
    if (!(failure instanceof GatewayError)) throw failure
    return `${failure.code} ${failure.param}`
  }
}
