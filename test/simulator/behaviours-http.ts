// Behaviours that break HTTP itself. None may crash or hang the reader, none may be taken for an answer, and
// bytes after an answer must never become the next call's answer.
import { badHttpKinds } from './behaviour.ts'
import type { BadHttp } from './behaviour.ts'
import { complete, noAnswer } from './expectation.ts'
import type { BehaviourCase, Expectation } from './expectation.ts'

/** The stream in it ends with `[DONE]` before the broken place: all of the answer has come. */
const wholeBeforeTheBreak: ReadonlySet<BadHttp> = new Set(['short-body', 'bytes-after-end'])

export const httpCases: readonly BehaviourCase[] = badHttpKinds.map((what) => ({
  name: `http-${what}`,
  behaviour: { answer: { tokens: 16 }, fault: { kind: 'bad-http', what } },
  stream: wholeBeforeTheBreak.has(what) ? complete : noAnswer,
  whole: seenOfWhole(what),
}))

function seenOfWhole(what: BadHttp): Expectation {
  return what === 'bytes-after-end' ? complete : noAnswer
}
