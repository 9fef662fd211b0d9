// One try of a call on one deployment: it hears the exchange, taps the answer for what the ledger must know, and
// hands on bytes as soon as they may go. It writes `begin` before anything is sent and `end` before the last byte.
import type { AnswerReader, LastWords } from '../core/answer.ts'
import type { AttemptBegin, AttemptEnd, AttemptKind, AttemptMoney, AttemptOutcome } from '../core/attempt.ts'
import type { EgressExchange, EgressFailure, EgressHead, EgressSink } from '../core/egress.ts'
import type { Trial } from '../core/health.ts'
import type { PriceVersion } from '../core/price.ts'
import { partOf } from '../core/part-of.ts'
import { noUsage } from '../core/usage.ts'
import type { Usage } from '../core/usage.ts'
import type { Passage, ProviderErrorText } from '../dialects/passage.ts'
import type { RelayRequest } from '../dialects/relay-request.ts'
import type { StreamFault, StreamTap } from '../dialects/stream-tap.ts'
import { utf8Of } from '../dialects/text-of-bytes.ts'
import { chargedTokensOf, clientShareOf, freeOfCharge, moneyOf } from '../ledger/attempt-money.ts'
import { classifyInnerError, classifyStatus } from '../providers/classify-failure.ts'
import type { Failure } from '../providers/classify-failure.ts'
import type { DeploymentLimits } from '../limits/deployment-limits.ts'
import type { LimitLease } from '../limits/limits.ts'
import type { OutputAllowance } from '../limits/output-allowance.ts'
import type { Deployment } from '../providers/deployment.ts'
import type { Deadline, DeadlineOwner } from '../platform/deadlines.ts'
import {
  brokenOff,
  exchangeFailure,
  serverFault,
  tookTooLong,
  unjoinable,
  verdictOf,
} from './attempt-failures.ts'
import { keyedName } from './choose-key.ts'
import { OutputMeter } from './output-meter.ts'
import type { AttemptFailure, AttemptParts, Production } from './production.ts'
import { reckonedTokens } from './reckoned-tokens.ts'
import { deniedBudget } from './spend.ts'
import { translate } from './translate.ts'
import type { Translated } from './translate.ts'
import { isPlausible } from './usage-plausibility.ts'
import type { SeenAnswer } from './usage-plausibility.ts'

/** Whose attempt it is. */
export interface AttemptOwner {
  readonly reader: AnswerReader
  readonly parts: AttemptParts
  /** Monotonic; when the whole call has lasted too long. */
  readonly lastMs: number
  /** The attempt's content is the answer from now on: any other that is under way is stopped. */
  claim(attempt: Attempt): void
  /** The attempt has handed on all of its answer. */
  succeeded(): void
  failed(attempt: Attempt, failure: AttemptFailure): void
  /** The time of the whole call is over. */
  tooLong(): void
}

/** How an attempt differs from the first one of a call. */
export interface AttemptRole {
  readonly kind: AttemptKind
  /** Of an attempt that goes on with another's answer: what it sends, and how that gets to the client. */
  readonly instead?: Translated
}

const noBytes = new Uint8Array()
const goodHead: EgressHead = { status: 200, header: () => undefined }
const wholeAnswerBytesMax = 64 * 1024 * 1024
const errorBodyBytesMax = 64 * 1024
const markEachTokens = 256
const markEachMs = 1000
/** No deployment is so fast that it is given up sooner. */
const patienceMinMs = 5_000
const patienceSamplesMin = 200
/** So many times the slowest first token of a hundred is no bad luck. */
const lateFactor = 4

function requestFor({ requests, request }: Production, deployment: Deployment): RelayRequest {
  if (requests === undefined) return request
  return requests.get(keyedName(deployment)) ?? requests.get(deployment.name) ?? request
}

export class Attempt implements EgressSink, DeadlineOwner {
  readonly #production: Production
  readonly #deployment: Deployment
  readonly #owner: AttemptOwner
  readonly #id: string
  readonly #startedMs: number
  readonly #request: RelayRequest
  /** Undefined for a relay. */
  readonly #translated: Translated | undefined
  readonly #passage: Passage
  /** Present for a stream. */
  readonly #tap: StreamTap | undefined
  readonly #kind: AttemptKind
  readonly #continues: boolean
  /** What its deployment's health is told; it holds a place there until the end. */
  #trial: Trial | undefined
  /** What it takes of its deployment's limits; undefined where that has none. */
  #share: LimitLease | undefined
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
  /** Of the answer, in whatever form. */
  #answerBytes = 0
  #connectMs = -1
  #firstTokenMs = -1
  /** Estimated for a whole answer whose provider did not count. */
  #wholeTokens = 0
  #markedTokens = 0
  #markedMs: number
  #settled = false
  /** There only where a budget watches how long the answer gets, and no promise of its length is believed. */
  #meter: OutputMeter | undefined
  #startedAtMs = 0
  #price: PriceVersion | undefined
  #usage: Usage | undefined
  #reportedModel = ''
  contentSent = false

  /** Throws what is wrong in a request that has to be translated. */
  constructor(
    production: Production,
    { deployment, kind, instead }: AttemptRole & { readonly deployment: Deployment },
    owner: AttemptOwner,
  ) {
    this.#production = production
    this.#deployment = deployment
    this.#owner = owner
    this.#kind = kind
    this.#continues = instead !== undefined
    this.#id = owner.parts.newAttemptId()
    this.#startedMs = owner.parts.clock.nowMs()
    this.#markedMs = this.#startedMs
    const { door } = production
    const request = requestFor(production, deployment)
    this.#request = request
    this.#translated =
      instead ??
      (deployment.speaks.has(door.spoken)
        ? undefined
        : translate(
            { record: production.record, door, request, echo: production.echo },
            deployment,
            owner.parts.clock.wallMs(),
          ))
    this.#passage = this.#translated?.passage ?? door.relay
    this.#tap = request.stream ? this.#passage.openTap(request) : undefined
  }

  get lastWords(): LastWords | undefined {
    return this.contentSent ? this.#tap?.lastWords : undefined
  }

  get deployment(): Deployment {
    return this.#deployment
  }

  /** `fresh`: not on a connection that was kept. Throws UsageSpoolFull, with nothing begun. */
  start(fresh: boolean): void {
    const { parts } = this.#owner
    const { record } = this.#production
    const request = this.#request
    const { stream } = request
    const deployment = this.#deployment
    this.#startedAtMs = parts.clock.wallMs()
    this.#price = deployment.price?.at(this.#startedAtMs)
    const begin: AttemptBegin = {
      attemptId: this.#id,
      callId: record.callId,
      keyId: record.keyId,
      endpoint: record.endpoint,
      model: record.model,
      provider: deployment.provider,
      providerModel: deployment.providerModel,
      kind: this.#kind,
      stream,
      startedAtMs: this.#startedAtMs,
      estimatedInputTokens: request.estimatedInputTokens,
      generation: parts.generation,
      priceVersion: this.#price?.id ?? '',
      owner: record.owner,
      region: deployment.region,
      inner: record.inner,
    }
    parts.spool.begin(begin, this.#price?.isFree)
    if (this.#continues) record.goesOn()
    const { deploymentLimits } = parts
    if (!deploymentLimits.isEmpty) this.#share = this.#shareOf(deploymentLimits)
    this.#trial = deployment.health.begin(this.#startedMs, stream)
    this.describe()
    this.#patienceMs = this.#patience()
    this.#expectBy(this.#startedMs + this.#patienceMs)
    try {
      this.#send(fresh)
    } catch (failure) {
      // Whatever it was, the attempt has been begun, and must have an end.
      this.#settle('internal')
      throw failure
    }
  }

  #shareOf(limits: DeploymentLimits): LimitLease | undefined {
    const limited = limits.of(this.#deployment.name)
    return limited && limits.take(limited, reckonedTokens(this.#request), this.#startedMs)
  }

  #send(fresh: boolean): void {
    const { door, headerLines } = this.#production
    const translated = this.#translated
    const deployment = this.#deployment
    this.#exchange = deployment.sender.send(
      {
        to: translated === undefined ? door.spoken : translated.dialect,
        providerModel: deployment.providerModel,
        attemptId: this.#id,
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
    const { record } = this.#production
    const translated = this.#translated
    record.deployment = this.#deployment
    if (this.#continues) return
    record.translatedTo = translated === undefined ? '' : translated.dialect
    record.dropped = translated === undefined ? '' : translated.dropped
  }

  /** A deployment that is known to be fast is given up sooner; four times the slowest of a hundred is no bad luck. */
  #patience(): number {
    const { timeouts } = this.#owner.parts
    const { timeoutMs, health } = this.#deployment
    if (!this.#request.stream) return timeoutMs ?? timeouts.attemptMs
    const allowedMs = timeoutMs ?? timeouts.firstTokenMs
    const usual = health.firstTokenMs(this.#startedMs)
    if (usual === undefined || usual.count < patienceSamplesMin) return allowedMs
    return Math.min(allowedMs, Math.max(patienceMinMs, lateFactor * usual.p99))
  }

  #expectBy(atMs: number): void {
    const { parts, lastMs } = this.#owner
    this.#deadline = parts.deadlines.watch(Math.min(atMs, lastMs), this)
  }

  /** Nothing came for too long. */
  due(): void {
    if (this.#settled) return
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
    if (this.#settled) return
    this.#exchange?.abort()
    if (this.#tap !== undefined) this.#learn(this.#tap)
    this.#settle(outcome, verdict)
  }

  /** Another attempt was faster. What is far later than usual is late by its own fault. */
  lose(): void {
    const nowMs = this.#owner.parts.clock.nowMs()
    const usual = this.#deployment.health.firstTokenMs(nowMs)
    const isLate = usual !== undefined && nowMs - this.#startedMs >= lateFactor * usual.p99
    this.stop('hedge_loser', isLate ? 'timeout' : 'neutral')
  }

  connected(): void {
    this.#connectMs = this.#elapsedMs()
  }

  head(head: EgressHead): void {
    this.#head = head
    // Some providers answer a streamed request with a plain JSON error and status 200.
    const isJson = head.header('content-type')?.startsWith('application/json') === true
    this.#isStreaming = this.#tap !== undefined && head.status === 200 && !isJson
  }

  data(chunk: Uint8Array): void {
    this.dataPart(chunk, 0, chunk.byteLength)
  }

  dataPart(bytes: Uint8Array, from: number, to: number): void {
    if (this.#settled) return
    this.#answerBytes += to - from
    if (this.#isStreaming) this.#streamed(bytes, from, to)
    else this.#gather(partOf(bytes, from, to))
  }

  end(): void {
    if (this.#settled) return
    if (this.#head?.status !== 200) return this.#refused()
    if (this.#isStreaming) this.#endOfStream()
    else this.#endOfWhole()
  }

  fail(failure: EgressFailure): void {
    if (this.#settled) return
    const { provider } = this.#deployment
    // A refusal that lost its last bytes is still that refusal.
    if (this.#head !== undefined && this.#head.status !== 200) return this.#refused()
    if (this.#tap?.content === true) return this.#broken(failure.message)
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
      this.#learn(tap)
      this.#settle('ok')
      this.#relay(tap)
      this.#owner.succeeded()
      return
    }
    const { spending } = this.#production.record
    if (spending?.allowance !== undefined && !this.#mayGoOn(spending.allowance, tap)) return
    this.#expectMore()
    this.#mark(tap.contentChunks)
    this.#relay(tap)
  }

  /** Not a token is let through that no budget has been asked for. False: the stream is over. */
  #mayGoOn(allowance: OutputAllowance, tap: StreamTap): boolean {
    const { record, door } = this.#production
    const before = record.before?.outputTokens ?? 0
    if (allowance.believes(before + tap.contentChunks)) return true
    const { clock } = this.#owner.parts
    this.#meter ??= new OutputMeter(door.lens, Math.max(0, allowance.believed - before))
    const tokens = before + this.#tokensSoFar(this.#meter, tap)
    const refusal = allowance.refusalAt(tokens, { nowMs: clock.nowMs(), wallMs: clock.wallMs() })
    if (refusal === undefined) return true
    this.#exchange?.abort()
    const error = deniedBudget(refusal, record.model)
    this.#failed({ outcome: 'budget', error, elsewhere: false }, false)
    return false
  }

  /** As seen or as counted, whichever is more. */
  #tokensSoFar(meter: OutputMeter, { contentChunks, ready, usage }: StreamTap): number {
    meter.see(ready)
    return Math.max(contentChunks, meter.tokens, usage?.outputTokens ?? 0)
  }

  #expectMore(): void {
    const { parts, lastMs } = this.#owner
    this.#deadline?.extend(Math.min(parts.timeouts.stallMs, lastMs - parts.deadlines.soonMs))
  }

  #firstContent(): void {
    this.#hasContent()
    // Another deployment may have to go on with it.
    if (this.#production.plan.onBreak === 'error') this.#request.release()
    if (this.#head !== undefined && !this.#continues) this.#owner.reader.head(this.#head)
    // Of a head nothing but its status is asked from now on, and it would stay for as long as the stream.
    this.#head = goodHead
  }

  #hasContent(): void {
    const nowMs = this.#owner.parts.clock.nowMs()
    this.#firstTokenMs = nowMs - this.#startedMs
    this.contentSent = true
    this.#trial?.firstContent(nowMs)
    this.#owner.claim(this)
  }

  #relay(tap: StreamTap): void {
    const isFull = tap.ready.handTo(this.#owner.reader)
    if (isFull && !this.#settled) this.pause()
  }

  #endOfStream(): void {
    const tap = this.#tap
    if (tap === undefined) return
    const last = tap.finish()
    if (tap.fault !== undefined) return this.#faulty(tap.fault)
    if (!this.contentSent) this.#firstContent()
    this.#learn(tap)
    this.#settle('ok')
    this.#relay(tap)
    if (last !== undefined) this.#owner.reader.append(last)
    this.#owner.succeeded()
  }

  #endOfWhole(): void {
    const bytes = this.#gathered()
    const answer = this.#passage.readWhole(bytes, this.#request)
    if (answer.kind === 'error') {
      return this.#failed(classifyInnerError(this.#deployment, this.#errorIn(utf8Of(bytes))), false)
    }
    if (answer.kind === 'malformed' || this.#tap !== undefined) {
      const what = answer.kind === 'malformed' ? answer.problem : 'it did not stream'
      return this.#failed(serverFault(this.#deployment.provider, what), false)
    }
    this.#usage = answer.usage
    if (!isPlausible(answer.usage, this.#seen())) this.#wholeTokens = this.#passage.estimateOutput(bytes)
    this.#reportedModel = answer.model
    this.#hasContent()
    this.#settle('ok')
    if (this.#head !== undefined) this.#owner.reader.head(this.#head)
    this.#owner.reader.append(answer.bytes)
    this.#owner.succeeded()
  }

  #gather(chunk: Uint8Array): void {
    const max = this.#head?.status === 200 ? wholeAnswerBytesMax : errorBodyBytesMax
    if (this.#answerBytes <= max) {
      if (this.#first === undefined) this.#first = chunk
      else (this.#rest ??= []).push(chunk)
      return
    }
    this.#exchange?.abort()
    if (this.#head?.status !== 200) this.#refused()
    else this.#failed(serverFault(this.#deployment.provider, `its answer is larger than ${max} bytes`), false)
  }

  #gathered(): Uint8Array {
    if (this.#first === undefined) return noBytes
    return this.#rest === undefined ? this.#first : Buffer.concat([this.#first, ...this.#rest])
  }

  #refused(): void {
    const head = this.#head
    if (head === undefined) return
    const body = utf8Of(this.#gathered())
    const answer = {
      status: head.status,
      body,
      error: this.#errorIn(body),
      retryAfter: head.header('retry-after'),
    }
    this.#failed(classifyStatus(this.#deployment, answer, this.#owner.parts.clock.wallMs()), false)
  }

  /** Providers repeat the key that they were sent: no word of theirs goes on with it. */
  #errorIn(text: string): ProviderErrorText {
    return this.#passage.readError(this.#deployment.redact(text))
  }

  #faulty(fault: StreamFault): void {
    this.#exchange?.abort()
    if (fault.kind === 'unjoinable')
      return this.#failed(unjoinable(this.#deployment.provider, fault.detail), false)
    if (this.contentSent) return this.#broken(fault.detail)
    const failure =
      fault.kind === 'provider-error'
        ? classifyInnerError(this.#deployment, this.#errorIn(JSON.stringify(fault.error)))
        : serverFault(this.#deployment.provider, fault.detail)
    this.#failed(failure, false)
  }

  /** After content: nothing can be taken back, so the reader is told the truth. */
  #broken(what: string): void {
    this.#failed(brokenOff(this.#deployment.provider, what, 'interrupted'), false)
  }

  #tooSlow(): void {
    this.#exchange?.abort()
    const { provider } = this.#deployment
    if (this.contentSent) {
      const what = `nothing came for ${this.#owner.parts.timeouts.stallMs / 1000} s`
      return this.#failed(brokenOff(provider, what, 'timeout'), false)
    }
    const what = `no ${this.#tap === undefined ? 'answer' : 'first token'} within ${this.#patienceMs / 1000} s`
    this.#failed(tookTooLong(provider, what), false)
  }

  #failed(failure: Failure, stale: boolean): void {
    if (this.#tap !== undefined) this.#learn(this.#tap)
    // On a connection that had died unseen, nobody was asked.
    if (stale && this.#share !== undefined) {
      const { clock, deploymentLimits } = this.#owner.parts
      deploymentLimits.refund(this.#share, clock.nowMs())
    }
    this.#settle(failure.outcome)
    this.#owner.failed(this, { ...failure, stale, unsent: this.#connectMs < 0 })
  }

  #learn(tap: StreamTap): void {
    this.#usage = tap.usage
    this.#reportedModel = tap.model
  }

  /** Writes the count so far each 256 tokens or each second, so that a killed process leaves no open end. */
  #mark(tokens: number): void {
    const nowMs = this.#owner.parts.deadlines.soonMs
    if (tokens - this.#markedTokens < markEachTokens && nowMs - this.#markedMs < markEachMs) return
    this.#markedTokens = tokens
    this.#markedMs = nowMs
    this.#owner.parts.spool.mark(this.#id, tokens)
  }

  #settle(outcome: AttemptOutcome, verdict = verdictOf[outcome]): void {
    if (this.#settled) return
    this.#settled = true
    const { parts } = this.#owner
    const { record } = this.#production
    const counted = isPlausible(this.#usage, this.#seen()) ? this.#usage : undefined
    const isWhole = counted !== undefined && outcome === 'ok'
    const usage =
      counted === undefined ? this.#observedUsage(outcome) : isWhole ? counted : this.#soFar(counted)
    const money = this.#money(usage, outcome)
    const end: AttemptEnd = {
      outcome,
      status: this.#head?.status ?? 0,
      connectMs: this.#connectMs,
      firstTokenMs: this.#firstTokenMs,
      totalMs: this.#elapsedMs(),
      reportedModel: this.#reportedModel.slice(0, 256),
      usage,
      usageSource: isWhole ? 'final' : 'observed',
      usageSuspect: counted === undefined && this.#usage !== undefined,
      costNanoDollars: money.costNanoDollars,
      listNanoDollars: money.listNanoDollars,
      chargedNanoDollars: money.chargedNanoDollars,
    }
    this.#deadline?.cancel()
    this.#trial?.end(this.#startedMs + end.totalMs, verdict, end.usage.outputTokens)
    if (verdict !== 'success' && verdict !== 'neutral') {
      this.#deployment.health.failed({ outcome, status: end.status, atMs: parts.clock.wallMs() })
    }
    if (this.#share !== undefined) this.#settleShare(this.#share, end)
    if (outcome !== 'hedge_loser') record.lastAttempt = end
    record.pays(end, chargedTokensOf(end, this.#kind))
    parts.spool.end(this.#id, end)
    parts.observer.attemptEnded(this.#deployment.provider, outcome, end.costNanoDollars)
    parts.lines.freed(this.#startedMs + end.totalMs)
  }

  #settleShare(share: LimitLease, { usage, totalMs }: AttemptEnd): void {
    const { deploymentLimits } = this.#owner.parts
    const endMs = this.#startedMs + totalMs
    if (this.#connectMs < 0) deploymentLimits.refund(share, endMs)
    else deploymentLimits.settle(share, usage, endMs)
  }

  /** What we saw go by, where the provider's count cannot be believed. */
  #observedUsage(outcome: AttemptOutcome): Usage {
    const refused = this.#head !== undefined && this.#head.status !== 200
    const sent = this.#connectMs >= 0
    if (outcome !== 'ok' && (refused || !sent)) return noUsage
    return this.#soFar({ ...noUsage, inputTokens: this.#request.estimatedInputTokens })
  }

  /** A count from before the end is of what was written until then; more may have come since. */
  #soFar(usage: Usage): Usage {
    const seen = Math.max(this.#tap?.contentChunks ?? this.#wholeTokens, this.#meter?.tokens ?? 0)
    return { ...usage, outputTokens: Math.max(usage.outputTokens, seen) }
  }

  #seen(): SeenAnswer {
    const { reasoning } = this.#deployment.capabilities
    return { bytes: this.#answerBytes, events: this.#tap?.contentChunks ?? 0, mayThink: reasoning }
  }

  /** What was refused, or never sent, nobody bills. */
  #money(usage: Usage, outcome: AttemptOutcome): AttemptMoney {
    if (usage === noUsage) return freeOfCharge
    return moneyOf(usage, this.#price?.price, {
      startedAtMs: this.#startedAtMs,
      share: clientShareOf({ outcome, firstTokenMs: this.#firstTokenMs }, this.#kind),
    })
  }

  #elapsedMs(): number {
    return this.#owner.parts.clock.nowMs() - this.#startedMs
  }
}
