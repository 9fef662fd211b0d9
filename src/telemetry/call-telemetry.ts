// What a call leaves behind for those who look: one log line, and the counters. It watches and never decides.
import type { AttemptOutcome } from '../core/attempt.ts'
import type { CallObserver, CallSummary } from '../core/call.ts'
import { dollarsText } from '../core/dollars-text.ts'
import { inThousandths } from '../core/duration-text.ts'
import { failureStack } from '../core/failure-text.ts'
import { jsonText } from './log.ts'
import type { Log } from './log.ts'
import type { RecentTraces } from './recent-traces.ts'
import type { Buckets, Counter, Histogram, Registry, Series } from './metrics.ts'

/** Seconds; the steps of a model's answer, from a cache hit to a long report. */
const secondsBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600]

const nanoPerDollar = 1e9

/** What calls of a kind have in common: where they are counted, and what their lines say alike. */
interface CallKind {
  /** Any of them. */
  readonly call: CallSummary
  readonly members: string
  readonly calls: Series
  /** Undefined for relays. */
  readonly translated: Series | undefined
  /** One for each decision about where it went. */
  readonly decisions: readonly Series[]
  readonly inputTokens: Series
  readonly outputTokens: Series
  readonly duration: Buckets
  readonly firstToken: Buckets
}

interface AttemptSeries {
  readonly provider: string
  readonly outcome: AttemptOutcome
  readonly series: Series
  readonly cost: Series
}

/** Who else is told of calls, but not of each. */
export interface CallWatch {
  /** A call is of another kind than the one before it. */
  kindSeen(call: CallSummary): void
  /** A call's deployment has something to say of its end. */
  usedAtItsEnd(call: CallSummary): void
}

/** Who is told what the log and the counters do not keep. */
export interface CallFollowers {
  readonly traces: RecentTraces
  readonly watch: CallWatch
}

export class CallTelemetry implements CallObserver {
  readonly #log: Log
  readonly #watch: CallWatch
  readonly #traces: RecentTraces
  readonly #calls: Counter
  readonly #translated: Counter
  readonly #decisions: Counter
  readonly #attempts: Counter
  readonly #tokens: Counter
  readonly #cost: Counter
  readonly #duration: Histogram
  readonly #firstToken: Histogram
  readonly #bugs: Counter
  #lastKind: CallKind | undefined
  #lastAttempt: AttemptSeries | undefined

  constructor(log: Log, registry: Registry, { traces, watch }: CallFollowers) {
    this.#log = log
    this.#traces = traces
    this.#watch = watch
    this.#calls = registry.counter('sallyport_calls_total', 'Calls by endpoint, provider and HTTP status.', [
      'endpoint',
      'provider',
      'status',
      'code',
    ])
    this.#translated = registry.counter(
      'sallyport_translated_calls_total',
      'Calls that were translated, by the dialect of the provider, and whether settings were dropped.',
      ['endpoint', 'dialect', 'dropped'],
    )
    this.#decisions = registry.counter(
      'sallyport_routing_decisions_total',
      'What decided where calls of a model went: rules, splits, the classifier, what a request needs.',
      ['model', 'decision'],
    )
    this.#attempts = registry.counter('sallyport_attempts_total', 'Attempts by provider and outcome.', [
      'provider',
      'outcome',
    ])
    this.#tokens = registry.counter('sallyport_tokens_total', 'Tokens by provider and direction.', [
      'provider',
      'direction',
    ])
    this.#cost = registry.counter(
      'sallyport_cost_dollars_total',
      'What attempts cost, where the price is known.',
      ['provider'],
    )
    this.#duration = registry.histogram(
      'sallyport_call_duration_seconds',
      'From the request to the last byte.',
      {
        labels: ['endpoint', 'stream'],
        bounds: secondsBounds,
      },
    )
    this.#firstToken = registry.histogram(
      'sallyport_first_token_seconds',
      'From an attempt to its first content.',
      {
        labels: ['provider'],
        bounds: secondsBounds,
      },
    )
    this.#bugs = registry.counter('sallyport_internal_errors_total', 'Failures that are bugs of the gateway.')
  }

  callEnded(call: CallSummary): void {
    const { usage, firstTokenMs } = call
    const kind = this.#kindOf(call)
    kind.calls.count += 1
    if (kind.translated !== undefined) kind.translated.count += 1
    for (const decision of kind.decisions) decision.count += 1
    kind.inputTokens.count += usage.inputTokens
    kind.outputTokens.count += usage.outputTokens
    this.#duration.observeIn(kind.duration, call.totalMs / 1000)
    if (firstTokenMs >= 0) this.#firstToken.observeIn(kind.firstToken, firstTokenMs / 1000)
    if (call.notice !== undefined) this.#watch.usedAtItsEnd(call)
    if (call.steps !== undefined) this.#traces.keep(call, call.steps)
    this.#log.infoJson('call', callMembers(call, kind.members))
  }

  /** Most calls are like the one before. */
  #kindOf(call: CallSummary): CallKind {
    if (this.#lastKind !== undefined && isSameKind(this.#lastKind.call, call)) return this.#lastKind
    this.#watch.kindSeen(call)
    const { endpoint, provider, status, code, stream } = call
    this.#lastKind = {
      call,
      members: membersOfKind(call),
      calls: this.#calls.series(endpoint, provider, String(status), code),
      translated: this.#translatedSeries(call),
      decisions: this.#decisionSeries(call),
      inputTokens: this.#tokens.series(provider, 'input'),
      outputTokens: this.#tokens.series(provider, 'output'),
      duration: this.#duration.series(endpoint, stream ? 'true' : 'false'),
      firstToken: this.#firstToken.series(provider),
    }
    return this.#lastKind
  }

  #translatedSeries({ endpoint, translatedTo, dropped }: CallSummary): Series | undefined {
    if (translatedTo === '') return undefined
    return this.#translated.series(endpoint, translatedTo, dropped === '' ? 'false' : 'true')
  }

  /** Only models of the config have decisions, so there is an end to them. A score is each call's own. */
  #decisionSeries({ model, route }: CallSummary): readonly Series[] {
    if (route === '') return []
    const decisions = route.split('; ').map((decision) => decision.replace(/ complexity=.*$/, ''))
    return decisions.map((decision) => this.#decisions.series(model, decision))
  }

  attemptEnded(provider: string, outcome: AttemptOutcome, costNanoDollars: number | null): void {
    const { series, cost } = this.#attemptSeries(provider, outcome)
    series.count += 1
    if (costNanoDollars !== null) cost.count += costNanoDollars / nanoPerDollar
  }

  #attemptSeries(provider: string, outcome: AttemptOutcome): AttemptSeries {
    const last = this.#lastAttempt
    if (last?.provider === provider && last.outcome === outcome) return last
    const series = this.#attempts.series(provider, outcome)
    this.#lastAttempt = { provider, outcome, series, cost: this.#cost.series(provider) }
    return this.#lastAttempt
  }

  bugSeen(failure: unknown): void {
    this.#bugs.add(1)
    this.#log.error('bug', {
      error: failureStack(failure),
    })
  }
}

function isSameKind(one: CallSummary, other: CallSummary): boolean {
  return (
    one.model === other.model &&
    one.keyId === other.keyId &&
    one.provider === other.provider &&
    one.providerModel === other.providerModel &&
    one.reportedModel === other.reportedModel &&
    one.status === other.status &&
    one.stream === other.stream &&
    one.outcome === other.outcome &&
    one.endpoint === other.endpoint &&
    one.attempts === other.attempts &&
    one.usageSource === other.usageSource &&
    one.generation === other.generation &&
    one.code === other.code &&
    one.demo === other.demo &&
    one.translatedTo === other.translatedTo &&
    one.dropped === other.dropped &&
    one.route === other.route
  )
}

/** The facts of a call as JSON members, put together by hand: in general that costs three times as much. */
function callMembers(call: CallSummary, kindMembers: string): string {
  const { usage, inner } = call
  const madeFor = inner === undefined ? '' : `,"purpose":"${inner.purpose}","parent":"${inner.parentId}"`
  return (
    `,"call":"${call.callId}"${madeFor}${kindMembers},"input_tokens":${usage.inputTokens},"output_tokens":${usage.outputTokens}` +
    money(call) +
    duration('connect_ms', call.connectMs) +
    duration('first_token_ms', call.firstTokenMs) +
    duration('total_ms', call.totalMs)
  )
}

/** What calls of a kind have in common. */
function membersOfKind(call: CallSummary): string {
  const { provider } = call
  const model = call.model.length > 256 ? call.model.slice(0, 256) : call.model
  return (
    `,"endpoint":"${call.endpoint}","key":${jsonText(call.keyId)},"model":${jsonText(model)}` +
    `,"deployment":${jsonText(provider === '' ? '' : `${provider}/${call.providerModel}`)}` +
    `,"reported_model":${jsonText(call.reportedModel)},"stream":${call.stream},"status":${call.status}` +
    `,"outcome":"${call.outcome}","attempts":${call.attempts},"usage":"${call.usageSource}","config":${call.generation}` +
    (call.region === '' ? '' : `,"region":${jsonText(call.region)}`) +
    (call.dataClass === '' ? '' : `,"class":${jsonText(call.dataClass)}`) +
    (call.translatedTo === '' ? '' : `,"translated_to":"${call.translatedTo}"`) +
    (call.dropped === '' ? '' : `,"dropped":${jsonText(call.dropped)}`) +
    (call.route === '' ? '' : `,"route":${jsonText(call.route)}`) +
    `${call.code === '' ? '' : `,"code":"${call.code}"`}${call.demo ? ',"demo":true' : ''}`
  )
}

/** In dollars. What the client does not pay is said where there is any. */
function money({ attempts, costNanoDollars: cost, chargedNanoDollars: charged }: CallSummary): string {
  if (attempts === 0 || cost === null) return ''
  const own = charged === null || charged === cost ? '' : `,"charged":${dollarsText(charged)}`
  return `,"cost":${dollarsText(cost)}${own}`
}

function duration(name: string, durationMs: number): string {
  return durationMs < 0 ? '' : `,"${name}":${inThousandths(durationMs)}`
}
