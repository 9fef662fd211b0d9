// One try of a call on one deployment: it hears the exchange, taps the answer for what the ledger must know, and hands on
// bytes as soon as they may go. What that costs and teaches is its tally's.
import type { AnswerReader, LastWords } from '../core/answer.ts'
import type { AttemptOutcome } from '../core/attempt.ts'
import type { EgressExchange, EgressFailure, EgressHead, EgressSink } from '../core/egress.ts'
import { partOf } from '../core/part-of.ts'
import type { Passage } from '../dialects/passage.ts'
import type { RelayRequest } from '../dialects/relay-request.ts'
import type { StreamFault, StreamTap } from '../dialects/stream-tap.ts'
import { utf8Of } from '../dialects/text-of-bytes.ts'
import type { Failure } from '../providers/classify-failure.ts'
import type { Deployment } from '../providers/deployment.ts'
import type { Deadline, DeadlineOwner } from '../platform/deadlines.ts'
import {
  brokenOff,
  exchangeFailure,
  faultOf,
  innerError,
  refusal,
  serverFault,
  stoodStill,
  tookTooLong,
  verdictOf,
} from './attempt-failures.ts'
import type { Asked } from './attempt-failures.ts'
import type { AttemptTally } from './attempt-tally.ts'
import { isLate, patienceMs } from './patience.ts'
import { requestFor } from './production.ts'
import type { AttemptFailure, CallUnderWay } from './production.ts'
import { translate } from './translate.ts'
import type { Translated } from './translate.ts'

/** Whose attempt it is. */
export interface AttemptOwner extends CallUnderWay {
  readonly reader: AnswerReader
  /** The attempt's content is the answer from now on: any other that is under way is stopped. */
  claim(attempt: Attempt): void
  /** The attempt has handed on all of its answer. */
  succeeded(): void
  failed(attempt: Attempt, failure: AttemptFailure): void
  /** The time of the whole call is over. */
  tooLong(): void
}

const noBytes = new Uint8Array()
const goodHead: EgressHead = { status: 200, header: () => undefined }
const wholeAnswerBytesMax = 64 * 1024 * 1024
const errorBodyBytesMax = 64 * 1024

export class Attempt implements EgressSink, DeadlineOwner {
  readonly #owner: AttemptOwner
  readonly #tally: AttemptTally
  readonly #request: RelayRequest
  /** Undefined for a relay. */
  readonly #translated: Translated | undefined
  readonly #passage: Passage
  /** Present for a stream. */
  readonly #tap: StreamTap | undefined
  #deadline: Deadline | undefined
  /** How long the first content, or the whole answer, may take. */
  #patienceMs = 0
  #exchange: EgressExchange | undefined
  #head: EgressHead | undefined
  /** The answer comes in events. */
  #isStreaming = false
  /** The pieces of a whole answer, or of an error's body. Most come in one. */
  #first: Uint8Array | undefined
  #rest: Uint8Array[] | undefined
  contentSent = false

  /**
   * `instead`: what an attempt sends that goes on with another's answer, and how that gets to the client. Throws what is wrong
   * in a request that has to be translated.
   */
  constructor(tally: AttemptTally, owner: AttemptOwner, instead?: Translated) {
    this.#owner = owner
    this.#tally = tally
    const { production, parts } = owner
    const { record, door, echo } = production
    const request = requestFor(production, tally.deployment)
    this.#request = request
    this.#translated =
      instead ??
      (tally.deployment.speaks.has(door.spoken)
        ? undefined
        : translate({ record, door, request, echo }, tally.deployment, parts.clock.wallMs()))
    this.#passage = this.#translated?.passage ?? door.relay
    this.#tap = request.stream ? this.#passage.openTap(request) : undefined
  }

  get lastWords(): LastWords | undefined {
    return this.contentSent ? this.#tap?.lastWords : undefined
  }

  get deployment(): Deployment {
    return this.#tally.deployment
  }

  /** `fresh`: not on a connection that was kept. Throws UsageSpoolFull, with nothing begun. */
  start(fresh: boolean): void {
    this.#tally.begin(this.#request)
    this.describe()
    const { parts, lastMs } = this.#owner
    this.#patienceMs = patienceMs(this.#tally, this.#request, parts.timeouts)
    const dueMs = Math.min(this.#tally.startedMs + this.#patienceMs, lastMs)
    this.#deadline = parts.deadlines.watch(dueMs, this)
    try {
      this.#send(fresh)
    } catch (failure) {
      // Whatever it was, the attempt has been begun, and must have an end.
      this.#settle('internal')
      throw failure
    }
  }

  #send(fresh: boolean): void {
    const { door, headerLines } = this.#owner.production
    const translated = this.#translated
    const { deployment, id } = this.#tally
    this.#exchange = deployment.sender.send(
      {
        to: translated === undefined ? door.spoken : translated.dialect,
        providerModel: deployment.providerModel,
        attemptId: id,
        stream: this.#request.stream,
        body: translated === undefined ? this.#request.bodyFor(deployment) : translated.body,
        headerLines: translated === undefined ? headerLines : '',
        fresh,
      },
      this,
    )
  }

  /** Makes this attempt the one that the call's record tells of. */
  describe(): void {
    this.#tally.describe(this.#translated)
  }

  /** Nothing came for too long. */
  due(): void {
    if (this.#tally.isSettled) return
    if (this.#owner.parts.clock.nowMs() < this.#owner.lastMs) this.#tooSlow()
    else this.#owner.tooLong()
  }

  pause(): void {
    this.#exchange?.pause()
  }

  resume(): void {
    this.#exchange?.resume()
  }

  /** Ends the attempt from outside: its client has left, its time is up, the process stops. */
  stop(outcome: AttemptOutcome, verdict = verdictOf[outcome]): void {
    if (this.#tally.isSettled) return
    this.#exchange?.abort()
    this.#settle(outcome, verdict)
  }

  /** Another attempt was faster. */
  lose(): void {
    this.stop('hedge_loser', isLate(this.#tally, this.#owner.parts.clock.nowMs()) ? 'timeout' : 'neutral')
  }

  connected(): void {
    this.#tally.connected()
  }

  head(head: EgressHead): void {
    this.#head = head
    this.#tally.answeredWith(head.status)
    // Some providers answer a streamed request with a plain JSON error and status 200.
    const isJson = head.header('content-type')?.startsWith('application/json') === true
    this.#isStreaming = this.#tap !== undefined && head.status === 200 && !isJson
  }

  data(chunk: Uint8Array): void {
    this.dataPart(chunk, 0, chunk.byteLength)
  }

  dataPart(bytes: Uint8Array, from: number, to: number): void {
    if (this.#tally.isSettled) return
    this.#tally.came(to - from)
    if (this.#isStreaming) this.#streamed(bytes, from, to)
    else this.#gather(partOf(bytes, from, to))
  }

  end(): void {
    if (this.#tally.isSettled) return
    if (this.#head?.status !== 200) return this.#refused()
    if (this.#isStreaming) this.#endOfStream()
    else this.#endOfWhole()
  }

  fail(failure: EgressFailure): void {
    if (this.#tally.isSettled) return
    const { provider } = this.deployment
    // A refusal that lost its last bytes is still that refusal.
    if (this.#head !== undefined && this.#head.status !== 200) return this.#refused()
    // After content nothing can be taken back, so the reader is told the truth.
    if (this.#tap?.content === true) {
      return this.#failed(brokenOff(provider, failure.message, 'interrupted'), false)
    }
    this.#failed(exchangeFailure(provider, failure, this.#head !== undefined), failure.stale)
  }

  #streamed(bytes: Uint8Array, from: number, to: number): void {
    const tap = this.#tap
    if (tap === undefined) return
    const hadContent = this.contentSent
    tap.push(bytes, from, to)
    if (tap.content && !hadContent) this.#firstContent()
    if (tap.fault !== undefined) {
      if (tap.content) this.#relay(tap)
      return this.#faulty(tap.fault)
    }
    if (!tap.content) return
    if (tap.done) {
      // The record is complete before the client can know that the answer is.
      this.#settle('ok')
      this.#relay(tap)
      this.#owner.succeeded()
      return
    }
    const refused = this.#tally.budgetFailure(tap)
    if (refused !== undefined) return this.#cutOff(refused)
    this.#expectMore()
    this.#tally.mark(tap.contentChunks)
    this.#relay(tap)
  }

  #expectMore(): void {
    const { parts, lastMs } = this.#owner
    this.#deadline?.extend(Math.min(parts.timeouts.stallMs, lastMs - parts.deadlines.soonMs))
  }

  #firstContent(): void {
    this.#hasContent()
    // Another deployment may have to go on with it.
    if (this.#owner.production.plan.onBreak === 'error') this.#request.release()
    if (this.#head !== undefined && !this.#tally.continues) this.#owner.reader.head(this.#head)
    // Of a head nothing but its status is asked from now on, and it would stay for as long as the stream.
    this.#head = goodHead
  }

  #hasContent(): void {
    this.#tally.firstContent()
    this.contentSent = true
    this.#owner.claim(this)
  }

  #relay(tap: StreamTap): void {
    const isFull = tap.ready.handTo(this.#owner.reader)
    if (isFull && !this.#tally.isSettled) this.pause()
  }

  #endOfStream(): void {
    const tap = this.#tap
    if (tap === undefined) return
    const last = tap.finish()
    if (tap.fault !== undefined) return this.#faulty(tap.fault)
    if (!this.contentSent) this.#firstContent()
    this.#settle('ok')
    this.#relay(tap)
    if (last !== undefined) this.#owner.reader.append(last)
    this.#owner.succeeded()
  }

  #endOfWhole(): void {
    const bytes = this.#gathered()
    const answer = this.#passage.readWhole(bytes, this.#request)
    if (answer.kind === 'error') return this.#failed(innerError(utf8Of(bytes), this.#asked()), false)
    if (answer.kind === 'malformed' || this.#tap !== undefined) {
      const what = answer.kind === 'malformed' ? answer.problem : 'it did not stream'
      return this.#failed(serverFault(this.deployment.provider, what), false)
    }
    const isBelieved = this.#tally.told(answer.usage, answer.model)
    if (!isBelieved) this.#tally.estimated(this.#passage.estimateOutput(bytes))
    this.#hasContent()
    this.#settle('ok')
    if (this.#head !== undefined) this.#owner.reader.head(this.#head)
    this.#owner.reader.append(answer.bytes)
    this.#owner.succeeded()
  }

  #gather(chunk: Uint8Array): void {
    const max = this.#head?.status === 200 ? wholeAnswerBytesMax : errorBodyBytesMax
    if (this.#tally.answerBytes <= max) {
      if (this.#first === undefined) this.#first = chunk
      else (this.#rest ??= []).push(chunk)
      return
    }
    this.#exchange?.abort()
    if (this.#head?.status !== 200) return this.#refused()
    this.#failed(serverFault(this.deployment.provider, `its answer is larger than ${max} bytes`), false)
  }

  #gathered(): Uint8Array {
    if (this.#first === undefined) return noBytes
    return this.#rest === undefined ? this.#first : Buffer.concat([this.#first, ...this.#rest])
  }

  #refused(): void {
    const head = this.#head
    if (head === undefined) return
    const wallMs = this.#owner.parts.clock.wallMs()
    this.#failed(refusal(head, this.#gathered(), { ...this.#asked(), wallMs }), false)
  }

  #faulty(fault: StreamFault): void {
    this.#cutOff(faultOf(fault, this.#asked(), this.contentSent))
  }

  #asked(): Asked {
    return { deployment: this.deployment, passage: this.#passage }
  }

  #tooSlow(): void {
    const { provider } = this.deployment
    if (this.contentSent) this.#cutOff(stoodStill(provider, this.#owner.parts.timeouts.stallMs))
    else
      this.#cutOff(
        tookTooLong(provider, this.#tap === undefined ? 'answer' : 'first token', this.#patienceMs),
      )
  }

  /** Nothing more of it is wanted. */
  #cutOff(failure: Failure): void {
    this.#exchange?.abort()
    this.#failed(failure, false)
  }

  #failed(failure: Failure, stale: boolean): void {
    if (stale) this.#tally.nobodyAsked()
    this.#settle(failure.outcome)
    this.#owner.failed(this, { ...failure, stale, unsent: !this.#tally.isSent })
  }

  #settle(outcome: AttemptOutcome, verdict = verdictOf[outcome]): void {
    this.#deadline?.cancel()
    this.#tally.settle(outcome, verdict, this.#tap)
  }
}
