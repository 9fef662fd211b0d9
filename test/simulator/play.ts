// Writes a reply to a connection: pauses, packets, faults. It follows the steps and decides nothing; what it
// reports as sent was taken by the kernel.
import { badHttpPieces } from './bad-http.ts'
import type { Behaviour, Wire } from './behaviour.ts'
import type { BillLine, Finish } from './bill.ts'
import { BodyWriter } from './body-writer.ts'
import type { Outbox } from './outbox.ts'
import type { Reply } from './reply.ts'
import { LineFramer } from './line-frame.ts'
import { SseFramer } from './sse-frame.ts'
import type { EventStep, RawStep, StopStep } from './step.ts'

/** Long enough for the bytes before a reset to be read by a client on the same machine. */
const beforeResetMs = 10

/** Returns how it ended. `line` is absent for what stands on no bill. */
export async function play(
  reply: Reply,
  behaviour: Behaviour,
  to: { readonly outbox: Outbox; readonly line: BillLine | undefined },
): Promise<Finish> {
  const { outbox } = to
  const beforeHeadMs = behaviour.delays?.beforeHeadMs ?? 0
  if (beforeHeadMs > 0) await outbox.pause(beforeHeadMs)
  outbox.cutInto(behaviour.wire ?? {})
  if (reply.badHttp !== undefined) return playBadHttp(reply, to)
  const player = new Player(reply, behaviour, to)
  return player.run()
}

type Framer = Pick<SseFramer, 'event' | 'raw' | 'withoutBlankLine'>

function framerOf({ format }: Reply, wire: Wire): Framer {
  return format.kind === 'lines' ? new LineFramer(wire) : new SseFramer(wire, format.lineEnd)
}

class Player {
  readonly #reply: Reply
  readonly #outbox: Outbox
  readonly #line: BillLine | undefined
  readonly #writer: BodyWriter
  readonly #framer: Framer
  readonly #wire: Wire
  readonly #gapMs: number
  readonly #beforeFirstMs: number
  /** Written by us, not yet by the kernel: a packet of several events, or a body whose length comes first. */
  #frames = ''
  #held: EventStep[] = []
  #count = 0
  /** When the next event is due, so that pacing does not drift. */
  #dueMs = 0

  constructor(reply: Reply, behaviour: Behaviour, to: { outbox: Outbox; line: BillLine | undefined }) {
    this.#reply = reply
    this.#outbox = to.outbox
    this.#line = to.line
    this.#wire = behaviour.wire ?? {}
    this.#gapMs = behaviour.delays?.betweenEventsMs ?? 0
    this.#beforeFirstMs = behaviour.delays?.beforeFirstEventMs ?? 0
    this.#framer = framerOf(reply, this.#wire)
    this.#writer = new BodyWriter(reply, to.outbox, this.#wire, reply.framing)
  }

  async run(): Promise<Finish> {
    const waits = this.#beforeFirstMs > 0 && !this.#reply.isHeadless
    if (waits && this.#writer.framing !== 'content-length') {
      await this.#writer.sendPartial()
      this.#line?.headSent(this.#reply.status)
      await this.#outbox.pause(this.#beforeFirstMs)
    }
    for (const step of this.#reply.steps) {
      if (this.#outbox.isClosed) return 'aborted-by-client'
      if (step.kind === 'stop') return this.#stop(step)
      const wait = this.#add(step)
      if (wait !== undefined) await wait
    }
    return this.#finish(this.#reply.finish)
  }

  /** A promise only when there is something to wait for. */
  #add(step: EventStep | RawStep): Promise<void> | undefined {
    this.#frames += this.#frameOf(step)
    if (step.kind === 'event') this.#held.push(step)
    this.#count += 1
    if (this.#count % (this.#wire.eventsPerWrite ?? 1) !== 0) return undefined
    if (this.#gapMs > 0 && this.#reply.isStream) return this.#flushWhenDue()
    return this.#flush()
  }

  #frameOf(step: EventStep | RawStep): string {
    if (!this.#reply.isStream) return step.text
    if (step.kind === 'raw') return this.#framer.raw(step.text)
    const frame = this.#framer.event(step.text, step.name)
    return step.place === 'end' ? this.#framer.withoutBlankLine(frame) : frame
  }

  async #flushWhenDue(): Promise<void> {
    const now = performance.now()
    const isFirst = this.#dueMs === 0
    this.#dueMs = (isFirst ? now : this.#dueMs) + (isFirst ? 0 : this.#gapMs)
    if (this.#dueMs > now) await this.#outbox.pause(this.#dueMs - now)
    await this.#flush()
  }

  #flush(): Promise<void> | undefined {
    const frames = this.#frames
    this.#frames = ''
    if (frames === '') return undefined
    const wait = this.#writer.write(frames)
    if (wait !== undefined) return wait.then(() => this.#report())
    this.#report()
    return undefined
  }

  /** A body with a length goes out at its end, all of it at once: then it is reported. */
  #report(isEnd = false): void {
    if (this.#outbox.isClosed) return
    if (this.#writer.framing === 'content-length' && !isEnd) return
    this.#line?.headSent(this.#reply.status)
    for (const step of this.#held) this.#line?.sent(step.tokens, step.usage)
    this.#held = []
  }

  async #finish(finish: Finish): Promise<Finish> {
    await this.#flush()
    const pause = (): Promise<void> => this.#outbox.pause(this.#beforeFirstMs)
    await this.#writer.finish(this.#beforeFirstMs > 0 && !this.#reply.isStream ? pause : undefined)
    this.#report(true)
    // A client may leave once it has the last event; the end of the framing is not worth an abort.
    return this.#held.length > 0 ? 'aborted-by-client' : finish
  }

  async #stop(step: StopStep): Promise<Finish> {
    if (step.how === 'early-end') return this.#finish('cut')
    if (step.how === 'end-after-error') return this.#finish('error')
    if (!this.#reply.isHeadless) {
      await this.#flush()
      await this.#writer.sendPartial()
      this.#report(true)
    }
    if (step.how === 'stall') {
      await this.#outbox.untilClosed()
      return 'aborted-by-client'
    }
    if (step.how === 'reset' && !this.#reply.isHeadless) await this.#outbox.pause(beforeResetMs)
    if (this.#outbox.isClosed) return 'aborted-by-client'
    if (step.how === 'reset') this.#outbox.reset()
    else this.#outbox.end()
    return step.how
  }
}

/** The answer's own bytes, inside broken HTTP. Nobody can rely on the connection afterwards. */
async function playBadHttp(
  reply: Reply,
  to: { outbox: Outbox; line: BillLine | undefined },
): Promise<Finish> {
  if (reply.badHttp === undefined) return reply.finish
  const framer = framerOf(reply, {})
  const steps = [...reply.steps].filter((step) => step.kind === 'event')
  const body = steps.map((step) => (reply.isStream ? framer.event(step.text, step.name) : step.text)).join('')
  const contentType = reply.isStream ? reply.format.contentType : 'application/json'
  for (const piece of badHttpPieces(reply.badHttp, contentType, body)) {
    await to.outbox.write(Buffer.from(piece, 'utf8'))
    if (to.outbox.isClosed) return 'aborted-by-client'
  }
  to.line?.headSent(reply.status)
  for (const step of steps) to.line?.sent(step.tokens, step.usage)
  if (reply.badHttp !== 'bytes-after-end') to.outbox.end()
  return reply.badHttp === 'bytes-after-end' ? 'done' : 'error'
}
