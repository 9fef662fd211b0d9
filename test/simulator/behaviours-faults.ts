// Behaviours that break an answer off or spoil it. In the streams, event 0 is the role and event n the n-th
// token of sixteen; then come finish (17), usage where asked (18) and `[DONE]`. Content has begun after event
// 1.
import type { Fault, Point } from './behaviour.ts'
import { after, brokenAnswer, complete, endless, interrupted, noAnswer, tooLate } from './expectation.ts'
import type { BehaviourCase, Expectation } from './expectation.ts'

const tokens16 = { answer: { tokens: 16 } } as const
const inContent: Point = { afterEvents: 4 }
const afterRole: Point = { afterEvents: 1 }
const stalls = after('stall', interrupted(3))
const tooLateForFirst = after('first-token', tooLate)
const tooLateForWhole = after('attempt', tooLate)

export const faultCases: readonly BehaviourCase[] = [
  // Reset: bytes on the way may be lost, so how much came is left open.
  row('reset-before-head', { kind: 'reset', at: 'before-head' }, [noAnswer, noAnswer]),
  row('reset-after-head', { kind: 'reset', at: 'after-head' }, [noAnswer, noAnswer]),
  row('reset-after-role', { kind: 'reset', at: afterRole }, [noAnswer, noAnswer]),
  row('reset-in-content', { kind: 'reset', at: inContent }, [interrupted(), noAnswer]),
  // Closed cleanly in the middle of the body.
  row('cut-before-head', { kind: 'cut', at: 'before-head' }, [noAnswer, noAnswer]),
  row('cut-after-head', { kind: 'cut', at: 'after-head' }, [noAnswer, noAnswer]),
  row('cut-after-role', { kind: 'cut', at: afterRole }, [noAnswer, noAnswer]),
  row('cut-after-first-token', { kind: 'cut', at: { afterEvents: 2 } }, [interrupted(1), noAnswer]),
  row('cut-in-content', { kind: 'cut', at: inContent }, [interrupted(3), noAnswer]),
  row('cut-before-finish', { kind: 'cut', at: { afterEvents: 17 } }, [interrupted(16), noAnswer]),
  row('cut-after-finish', { kind: 'cut', at: { afterEvents: 18 } }, [interrupted(16), noAnswer]),
  // The same without transfer framing: only the missing finish reason tells.
  {
    name: 'unframed-cut-in-content',
    behaviour: { ...tokens16, wire: { framing: 'close' }, fault: { kind: 'cut', at: inContent } },
    stream: interrupted(3),
    whole: brokenAnswer,
  },
  // HTTP ends as it should, the answer does not.
  row('ends-without-events', { kind: 'early-end', afterEvents: 0 }, [brokenAnswer, complete]),
  row('ends-after-role', { kind: 'early-end', afterEvents: 1 }, [brokenAnswer, complete]),
  row('ends-in-content', { kind: 'early-end', afterEvents: 4 }, [interrupted(3), complete]),
  row('ends-without-done', { kind: 'no-done' }, [complete, complete]),
  row('only-done', { kind: 'empty-stream' }, [brokenAnswer, complete]),
  // Silence.
  row('stalls-before-head', { kind: 'stall', at: 'before-head' }, [tooLateForFirst, tooLateForWhole]),
  row('stalls-after-head', { kind: 'stall', at: 'after-head' }, [tooLateForFirst, tooLateForWhole]),
  row('stalls-after-role', { kind: 'stall', at: afterRole }, [tooLateForFirst, tooLateForWhole]),
  row('stalls-in-content', { kind: 'stall', at: inContent }, [stalls, tooLateForWhole]),
  // Events that are none.
  row('broken-json-event-first', badEvent(0, 'data: {"broken'), [brokenAnswer, complete]),
  row('broken-json-event-after-role', badEvent(1, 'data: {"broken'), [brokenAnswer, complete]),
  row('broken-json-event-in-content', badEvent(4, 'data: {"broken'), [interrupted(3), complete]),
  row('plain-text-event-after-role', badEvent(1, 'data: hello'), [brokenAnswer, complete]),
  row('plain-text-event-in-content', badEvent(4, 'data: hello'), [interrupted(3), complete]),
  row('html-in-stream', badEvent(4, 'data: <html>504 Gateway Time-out</html>'), [interrupted(3), complete]),
  row('error-event-first', { kind: 'error-event', atEvent: 0 }, [brokenAnswer, complete]),
  row('error-event-after-role', { kind: 'error-event', atEvent: 1 }, [brokenAnswer, complete]),
  row('error-event-in-content', { kind: 'error-event', atEvent: 4 }, [interrupted(3), complete]),
  // Bodies that are no answer, with status 200.
  row('truncated-json', { kind: 'malformed-json', how: 'truncated' }, [brokenAnswer, brokenAnswer]),
  row('plain-text-body', { kind: 'malformed-json', how: 'text' }, [brokenAnswer, brokenAnswer]),
  row('html-body', { kind: 'malformed-json', how: 'html' }, [brokenAnswer, brokenAnswer]),
  row('empty-body', { kind: 'malformed-json', how: 'empty' }, [brokenAnswer, brokenAnswer]),
  {
    name: 'unknown-encoding',
    behaviour: { answer: { tokens: 16, headers: [['content-encoding', 'x-rot13']] } },
    stream: brokenAnswer,
    whole: brokenAnswer,
  },
  // Without measure. A whole answer without an end is given up at the gateway's limit of size or of time.
  row('endless', { kind: 'endless' }, [endless, brokenAnswer]),
  row('huge-event', { kind: 'huge-event', bytes: 8 * 1024 * 1024 }, [brokenAnswer, complete]),
]

function row(
  name: string,
  fault: Fault,
  [stream, whole]: readonly [Expectation, Expectation],
): BehaviourCase {
  return { name, behaviour: { ...tokens16, fault }, stream, whole }
}

function badEvent(atEvent: number, line: string): Fault {
  return { kind: 'malformed-event', atEvent, line }
}
