// Work on very many, some at a time with turns of the loop between: calls must not wait until all of it is done.
import { atTurnEnd } from './turn-end.ts'

/** What is done with so many takes about a millisecond. */
const sliceLength = 2_000

/** Does this with each of them. Where they are no more than a slice it is done when this returns. */
export async function eachInSlices<One>(all: Iterable<One>, act: (one: One) => void): Promise<void> {
  let done = 0
  for (const one of all) {
    if (done === sliceLength) {
      await turnEnd()
      done = 0
    }
    done += 1
    act(one)
  }
}

function turnEnd(): Promise<void> {
  return new Promise((resolve) => {
    atTurnEnd({ turnEnds: resolve })
  })
}
