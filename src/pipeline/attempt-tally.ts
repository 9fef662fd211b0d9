// The tally of one attempt: what it takes of its deployment's limits, what its deployment's health learns, what it costs,
// and its two records. `begin` is written before anything is sent and `end` before the last byte, exactly once.
import type { AttemptBegin, AttemptEnd, AttemptKind, AttemptMoney, AttemptOutcome } from '../core/attempt.ts'
import type { Trial, Verdict } from '../core/health.ts'
import type { PriceVersion } from '../core/price.ts'
import { noUsage } from '../core/usage.ts'
import type { Usage } from '../core/usage.ts'
import type { RelayRequest } from '../dialects/relay-request.ts'
import type { StreamTap } from '../dialects/stream-tap.ts'
import { chargedTokensOf, clientShareOf, freeOfCharge, moneyOf } from '../ledger/attempt-money.ts'
import type { BudgetDenial } from '../limits/budget.ts'
import type { DeploymentLimits } from '../limits/deployment-limits.ts'
import type { LimitLease } from '../limits/limits.ts'
import type { OutputAllowance } from '../limits/output-allowance.ts'
import type { Failure } from '../providers/classify-failure.ts'
import type { Deployment } from '../providers/deployment.ts'
import { OutputMeter } from './output-meter.ts'
import type { CallUnderWay } from './production.ts'
import { reckonedTokens } from './reckoned-tokens.ts'
import { deniedBudget } from './spend.ts'
import type { Translated } from './translate.ts'
import { isPlausible } from './usage-plausibility.ts'
import type { SeenAnswer } from './usage-plausibility.ts'

const markEachTokens = 256
const markEachMs = 1000

export class AttemptTally {
  readonly deployment: Deployment
  readonly kind: AttemptKind
  readonly id: string
  /** Monotonic. */
  readonly startedMs: number
  readonly #call: CallUnderWay
  /** What its deployment's health is told; it holds a place there until the end. */
  #trial: Trial | undefined
  /** What it takes of its deployment's limits; undefined where that has none. */
  #share: LimitLease | undefined
  #startedAtMs = 0
  #price: PriceVersion | undefined
  #estimatedInputTokens = 0
  #status = 0
  #connectMs = -1
  #firstTokenMs = -1
  #answerBytes = 0
  /** Estimated for a whole answer whose provider did not count. */
  #wholeTokens = 0
  #markedTokens = 0
  #markedMs: number
  /** There only where a budget watches how long the answer gets, and no promise of its length is believed. */
  #meter: OutputMeter | undefined
  #usage: Usage | undefined
  #reportedModel = ''
  #settled = false

  constructor(deployment: Deployment, kind: AttemptKind, call: CallUnderWay) {
    this.deployment = deployment
    this.kind = kind
    this.#call = call
    this.id = call.parts.newAttemptId()
    this.startedMs = call.parts.clock.nowMs()
    this.#markedMs = this.startedMs
  }

  /** It goes on with another's answer. */
  get continues(): boolean {
    return this.kind === 'continuation'
  }

  get isSettled(): boolean {
    return this.#settled
  }

  /** Something of the request may have reached the provider. */
  get isSent(): boolean {
    return this.#connectMs >= 0
  }

  /** Of the answer, in whatever form. */
  get answerBytes(): number {
    return this.#answerBytes
  }

  /** Throws UsageSpoolFull, with nothing begun. */
  begin(request: RelayRequest): void {
    const { parts, production } = this.#call
    const { record } = production
    const { deployment } = this
    this.#startedAtMs = parts.clock.wallMs()
    this.#price = deployment.price?.at(this.#startedAtMs)
    this.#estimatedInputTokens = request.estimatedInputTokens
    const begin: AttemptBegin = {
      attemptId: this.id,
      callId: record.callId,
      keyId: record.keyId,
      endpoint: record.endpoint,
      model: record.model,
      provider: deployment.provider,
      providerModel: deployment.providerModel,
      kind: this.kind,
      stream: request.stream,
      startedAtMs: this.#startedAtMs,
      estimatedInputTokens: request.estimatedInputTokens,
      generation: parts.generation,
      priceVersion: this.#price?.id ?? '',
      owner: record.owner,
      region: deployment.region,
      inner: record.inner,
    }
    parts.spool.begin(begin, this.#price?.isFree)
    if (this.continues) record.goesOn()
    const { deploymentLimits } = parts
    if (!deploymentLimits.isEmpty) this.#share = this.#shareOf(deploymentLimits, request)
    this.#trial = deployment.health.begin(this.startedMs, request.stream)
  }

  #shareOf(limits: DeploymentLimits, request: RelayRequest): LimitLease | undefined {
    const limited = limits.of(this.deployment.name)
    return limited && limits.take(limited, reckonedTokens(request), this.startedMs)
  }

  /** Makes this attempt the one that the call's record tells of. */
  describe(translated: Translated | undefined): void {
    const { record } = this.#call.production
    record.deployment = this.deployment
    if (this.continues) return
    record.translatedTo = translated === undefined ? '' : translated.dialect
    record.dropped = translated === undefined ? '' : translated.dropped
  }

  connected(): void {
    this.#connectMs = this.#elapsedMs()
  }

  answeredWith(status: number): void {
    this.#status = status
  }

  came(bytes: number): void {
    this.#answerBytes += bytes
  }

  firstContent(): void {
    const nowMs = this.#call.parts.clock.nowMs()
    this.#firstTokenMs = nowMs - this.startedMs
    this.#trial?.firstContent(nowMs)
  }

  /** What a whole answer says of itself. False where its count cannot be believed. */
  told(usage: Usage | undefined, model: string): boolean {
    this.#usage = usage
    this.#reportedModel = model
    return isPlausible(usage, this.#seen(undefined))
  }

  /** How long such an answer is taken to be. */
  estimated(tokens: number): void {
    this.#wholeTokens = tokens
  }

  /** Why a stream may not go on: not a token of it is let through that no budget has been asked for. */
  budgetFailure(tap: StreamTap): Failure | undefined {
    const { record } = this.#call.production
    const allowance = record.spending?.allowance
    const denial = allowance && this.#denialOf(allowance, tap)
    return denial && { outcome: 'budget', error: deniedBudget(denial, record.model), elsewhere: false }
  }

  #denialOf(allowance: OutputAllowance, tap: StreamTap): BudgetDenial | undefined {
    const { production, parts } = this.#call
    const before = production.record.before?.outputTokens ?? 0
    if (allowance.believes(before + tap.contentChunks)) return undefined
    this.#meter ??= new OutputMeter(production.door.lens, Math.max(0, allowance.believed - before))
    const tokens = before + tokensSoFar(this.#meter, tap)
    return allowance.refusalAt(tokens, { nowMs: parts.clock.nowMs(), wallMs: parts.clock.wallMs() })
  }

  /** Writes the count so far each 256 tokens or each second, so that a killed process leaves no open end. */
  mark(tokens: number): void {
    const { deadlines, spool } = this.#call.parts
    const nowMs = deadlines.soonMs
    if (tokens - this.#markedTokens < markEachTokens && nowMs - this.#markedMs < markEachMs) return
    this.#markedTokens = tokens
    this.#markedMs = nowMs
    spool.mark(this.id, tokens)
  }

  /** On a connection that had died unseen, nobody was asked. */
  nobodyAsked(): void {
    if (this.#share === undefined) return
    const { clock, deploymentLimits } = this.#call.parts
    deploymentLimits.refund(this.#share, clock.nowMs())
  }

  /** The attempt is over. `tap`: of a stream, with what its provider has told until now. A second call does nothing. */
  settle(outcome: AttemptOutcome, verdict: Verdict, tap: StreamTap | undefined): void {
    if (this.#settled) return
    this.#settled = true
    const { parts, production } = this.#call
    const { record } = production
    const end = this.#endWith(outcome, tap)
    this.#trial?.end(this.startedMs + end.totalMs, verdict, end.usage.outputTokens)
    if (verdict !== 'success' && verdict !== 'neutral') {
      this.deployment.health.failed({ outcome, status: end.status, atMs: parts.clock.wallMs() })
    }
    if (this.#share !== undefined) this.#settleShare(this.#share, end)
    if (outcome !== 'hedge_loser') record.lastAttempt = end
    record.pays(end, chargedTokensOf(end, this.kind))
    parts.spool.end(this.id, end)
    parts.observer.attemptEnded(this.deployment.provider, outcome, end.costNanoDollars)
    parts.lines.freed(this.startedMs + end.totalMs)
  }

  #endWith(outcome: AttemptOutcome, tap: StreamTap | undefined): AttemptEnd {
    if (tap !== undefined) {
      this.#usage = tap.usage
      this.#reportedModel = tap.model
    }
    const counted = isPlausible(this.#usage, this.#seen(tap)) ? this.#usage : undefined
    const isWhole = counted !== undefined && outcome === 'ok'
    const seen = Math.max(tap?.contentChunks ?? this.#wholeTokens, this.#meter?.tokens ?? 0)
    const usage =
      counted === undefined ? this.#observedUsage(outcome, seen) : isWhole ? counted : soFar(counted, seen)
    const money = this.#money(usage, outcome)
    return {
      outcome,
      status: this.#status,
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
  }

  #settleShare(share: LimitLease, { usage, totalMs }: AttemptEnd): void {
    const { deploymentLimits } = this.#call.parts
    const endMs = this.startedMs + totalMs
    if (this.isSent) deploymentLimits.settle(share, usage, endMs)
    else deploymentLimits.refund(share, endMs)
  }

  /** What we saw go by, where the provider's count cannot be believed. */
  #observedUsage(outcome: AttemptOutcome, seen: number): Usage {
    const isRefused = this.#status !== 0 && this.#status !== 200
    if (outcome !== 'ok' && (isRefused || !this.isSent)) return noUsage
    return soFar({ ...noUsage, inputTokens: this.#estimatedInputTokens }, seen)
  }

  #seen(tap: StreamTap | undefined): SeenAnswer {
    const { reasoning } = this.deployment.capabilities
    return { bytes: this.#answerBytes, events: tap?.contentChunks ?? 0, mayThink: reasoning }
  }

  /** What was refused, or never sent, nobody bills. */
  #money(usage: Usage, outcome: AttemptOutcome): AttemptMoney {
    if (usage === noUsage) return freeOfCharge
    return moneyOf(usage, this.#price?.price, {
      startedAtMs: this.#startedAtMs,
      share: clientShareOf({ outcome, firstTokenMs: this.#firstTokenMs }, this.kind),
    })
  }

  #elapsedMs(): number {
    return this.#call.parts.clock.nowMs() - this.startedMs
  }
}

/** A count from before the end is of what was written until then; more may have come since. */
function soFar(usage: Usage, seen: number): Usage {
  return { ...usage, outputTokens: Math.max(usage.outputTokens, seen) }
}

/** As seen or as counted, whichever is more. */
function tokensSoFar(meter: OutputMeter, { contentChunks, ready, usage }: StreamTap): number {
  meter.see(ready)
  return Math.max(contentChunks, meter.tokens, usage?.outputTokens ?? 0)
}
