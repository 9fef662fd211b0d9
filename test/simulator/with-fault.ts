// Bends the steps of a good answer into a bad one. Pure: steps in, steps out. Positions count events on the
// wire.
import type { Fault, Point } from './behaviour.ts'
import type { ErrorWriter } from './dialect.ts'
import type { EventStep, Step } from './step.ts'

/** `by.more` makes the n-th extra event of a stream without an end. */
export function* streamWithFault(
  events: Iterable<EventStep>,
  fault: Fault | undefined,
  by: { readonly errors: ErrorWriter; readonly more: (index: number) => EventStep },
): Generator<Step> {
  if (fault?.kind === 'empty-stream') yield* by.errors.emptyStream
  else if (fault === undefined) yield* events
  else if (fault.kind === 'endless') yield* endless(events, by.more)
  else yield* bentStream(events, fault, by.errors)
}

function* bentStream(events: Iterable<EventStep>, fault: Fault, errors: ErrorWriter): Generator<Step> {
  let count = 0
  for (const event of events) {
    if (fault.kind === 'no-done' && event.place === 'end') return
    const bent = bentAt(fault, count, errors)
    yield* bent
    if (bent.some((step) => step.kind === 'stop')) return
    yield event
    count += 1
  }
  yield* bentAt(fault, count, errors)
}

/** A whole answer that breaks: in two pieces when the fault is in the middle. */
export function* wholeWithFault(answer: EventStep, fault: Fault | undefined): Generator<Step> {
  if (fault?.kind === 'reset' || fault?.kind === 'cut' || fault?.kind === 'stall') {
    const half = answer.text.slice(0, Math.ceil(answer.text.length / 2))
    if (eventsBefore(fault.at) > 0) yield { kind: 'event', text: half, tokens: 0 }
    yield { kind: 'stop', how: fault.kind }
  } else if (fault?.kind === 'endless') {
    yield { kind: 'event', text: answer.text.slice(0, -1), tokens: 0 }
    for (;;) yield { kind: 'event', text: ' '.repeat(16_384), tokens: 0 }
  } else {
    yield answer
  }
}

/** What stands before the event of that number. */
function bentAt(fault: Fault, count: number, errors: ErrorWriter): readonly Step[] {
  if (fault.kind === 'malformed-event' && fault.atEvent === count) return [{ kind: 'raw', text: fault.line }]
  if (fault.kind === 'error-event' && fault.atEvent === count) {
    return [errors.event(count), { kind: 'stop', how: 'end-after-error' }]
  }
  if (fault.kind === 'early-end' && fault.afterEvents === count) return [{ kind: 'stop', how: 'early-end' }]
  const breaks = fault.kind === 'reset' || fault.kind === 'cut' || fault.kind === 'stall'
  if (breaks && eventsBefore(fault.at) === count) return [{ kind: 'stop', how: fault.kind }]
  return []
}

function* endless(events: Iterable<EventStep>, more: (index: number) => EventStep): Generator<Step> {
  for (const event of events) {
    if (event.place !== undefined) break
    yield event
  }
  for (let index = 0; ; index += 1) yield more(index)
}

function eventsBefore(point: Point): number {
  return typeof point === 'string' ? 0 : point.afterEvents
}
