// `sallyport doctor --gateway-suite`: a faulty provider behind a gateway, and a client in front of it that watches what
// the gateway makes of each fault. Any gateway that can be given an OpenAI-compatible provider can be watched.
import type { FindParts } from '../../../compose/find-deployments.ts'
import { newId } from '../../../platform/ids.ts'
import { wait } from '../../../platform/system-clock.ts'
import type { ProcessPort } from '../../process-port.ts'
import { ask } from '../asker.ts'
import type { AskerParts, Heard, LeaveWhen } from '../asker.ts'
import { isContent } from '../checks/streamed-runs.ts'
import { usageOf } from '../exam.ts'
import { patientAt } from '../find-patients.ts'
import type { FoundPatient } from '../find-patients.ts'
import { finding } from '../finding.ts'
import type { Finding, Verdict } from '../finding.ts'
import { readWait } from '../read-doctor-options.ts'
import type { DoctorOptions, DoctorWishes } from '../read-doctor-options.ts'
import { exitCodeOf, findingJson, sumOf, tableLines } from '../report.ts'
import { FaultyProvider, finishAt, questionFor, toldUsage, wholeText } from './faulty-provider.ts'
import type { Fault } from './faulty-provider.ts'
import { judgeStream, outcomes, seenOf, wholeOutcome } from './judge-stream.ts'
import type { Outcome } from './judge-stream.ts'

export interface SuiteWishes {
  readonly options: DoctorOptions
  readonly wishes: DoctorWishes
  readonly parts: FindParts
}

const portByDefault = '4199'
const lookAgainMs = 500
/** A gateway may leave a provider alone that has failed; after this we say that it does. */
const patienceMs = 30_000
const abortMaxMs = 10_000
const abortSoonMs = 2_000

/** Resolves with the exit code. */
export async function runGatewaySuite(
  port: ProcessPort,
  { options, wishes, parts }: SuiteWishes,
): Promise<number> {
  const { url = '', model = 'doctor', apiKey, providerPort = portByDefault, wait: waiting = '2m' } = options
  const waitMs = readWait('--wait', waiting)
  if (!/^\d{1,5}$/.test(providerPort) || Number(providerPort) > 65_535) {
    throw new Error(`--provider-port takes a number from 0 to 65535, not "${providerPort}".`)
  }
  const gateway = await patientAt({ url, model, apiKey }, parts)
  const provider = new FaultyProvider(parts.clock)
  try {
    const baseUrl = await provider.listen(Number(providerPort))
    port.printError(`A faulty provider listens on ${baseUrl} (OpenAI's chat format, any key).\n`)
    port.printError(
      `Let the gateway's model "${model}" be model "doctor" there. Waiting for it up to ${waiting}.\n`,
    )
    const asking = { clock: parts.clock, timeoutMs: wishes.timeoutMs }
    const findings = await new Suite({ gateway, provider, asking }).run(waitMs)
    if (options.json === true) {
      port.print(`${JSON.stringify({ gateway: url, model, findings: findings.map(findingJson) }, null, 2)}\n`)
    } else port.print(`${url}, model ${model}\n${tableLines(findings).join('\n')}\n  ${sumOf(findings)}.\n`)
    return exitCodeOf(findings)
  } finally {
    provider.close()
  }
}

interface SuiteParts {
  readonly gateway: FoundPatient
  readonly provider: FaultyProvider
  readonly asking: AskerParts
}

interface Trial {
  readonly id: string
  readonly heard: Heard
}

/** Faults of streams, the events before which they come, and what each is called. */
const streamFaults = [
  { check: 'cut', fault: 'cut', at: [0, 1, 2, 7, finishAt], what: 'Cut off' },
  { check: 'early_end', fault: 'end', at: [1, 2, 7, finishAt], what: 'Ended without a finish reason' },
  { check: 'corrupt_event', fault: 'corrupt', at: [2, 7], what: 'With an event that is no JSON' },
  { check: 'error_event', fault: 'error', at: [1, 2, 7], what: 'With an error in the stream' },
  { check: 'stall', fault: 'stall', at: [2, 7], what: 'Silent in the middle' },
] as const satisfies readonly {
  readonly check: string
  readonly fault: Fault
  readonly at: readonly number[]
  readonly what: string
}[]

class Suite {
  readonly #parts: SuiteParts

  constructor(parts: SuiteParts) {
    this.#parts = parts
  }

  async run(waitMs: number): Promise<readonly Finding[]> {
    const first = await this.#untilGood(waitMs)
    if (!isGood(first.heard) || this.#visits(first) === 0)
      return [notReached(first.heard, this.#visits(first))]
    const findings = [
      finding('reached', 'ok', ['The gateway reaches the faulty provider.']),
      this.#usage(first),
    ]
    for (const { check, fault, at, what } of streamFaults) {
      const found: { readonly at: number; readonly outcome: Outcome | 'not-asked' }[] = []
      for (const place of at) found.push({ at: place, outcome: await this.#broken(fault, place) })
      findings.push(judged(check, what, found))
    }
    findings.push(
      judged('cut_whole', 'A whole answer, cut off', [{ at: 0, outcome: await this.#cutWhole() }]),
    )
    findings.push(await this.#abort())
    return findings
  }

  async #ask([fault, at]: readonly [Fault, number], stream = true, leaveWhen?: LeaveWhen): Promise<Trial> {
    const { gateway, asking } = this.#parts
    // Base64url has letters that the mark does not know.
    const id = Buffer.from(newId('call')).toString('hex')
    const turns = [{ role: 'user', parts: [{ kind: 'text', text: questionFor(fault, at, id) }] }] as const
    const { providerModel: model } = gateway.deployment
    const request = { model, stream, turns, maxTokens: 1_000, unplaced: [] }
    return {
      id,
      heard: await ask(gateway.deployment, request, { ...asking, ...(leaveWhen && { leaveWhen }) }),
    }
  }

  #visits({ id }: Trial): number {
    return this.#parts.provider.visits(id).length
  }

  /** A good call through the gateway to us; the last try when there is none in time. */
  async #untilGood(waitMs: number): Promise<Trial> {
    const { clock } = this.#parts.asking
    const endMs = clock.nowMs() + waitMs
    for (;;) {
      const trial = await this.#ask(['good', 0])
      if ((isGood(trial.heard) && this.#visits(trial) > 0) || clock.nowMs() > endMs) return trial
      await wait(clock, lookAgainMs)
    }
  }

  /** The fault, between good calls: a gateway may turn away from a provider that fails only. */
  async #broken(fault: Fault, at: number): Promise<Outcome | 'not-asked'> {
    await this.#untilGood(patienceMs)
    const trial = await this.#ask([fault, at])
    return this.#visits(trial) === 0 ? 'not-asked' : judgeStream(trial.heard, at)
  }

  async #cutWhole(): Promise<Outcome | 'not-asked'> {
    await this.#untilGood(patienceMs)
    const trial = await this.#ask(['cut', 0], false)
    return this.#visits(trial) === 0 ? 'not-asked' : wholeOutcome(trial.heard)
  }

  #usage({ heard }: Trial): Finding {
    const usage = usageOf(heard)
    const figures = { input_tokens: usage?.inputTokens, output_tokens: usage?.outputTokens }
    if (usage === undefined) {
      return finding('usage', 'fails', ['Asked for the tokens of a stream, the gateway does not tell them.'])
    }
    const isSame =
      usage.inputTokens === toldUsage.prompt_tokens && usage.outputTokens === toldUsage.completion_tokens
    if (!isSame)
      return finding('usage', 'fails', ['The gateway tells other tokens than the provider.', figures])
    return finding('usage', 'ok', ['The gateway tells the tokens of a stream as the provider does.', figures])
  }

  async #abort(): Promise<Finding> {
    const { provider, asking } = this.#parts
    const { clock, timeoutMs } = asking
    const maxMs = Math.min(abortMaxMs, timeoutMs)
    await this.#untilGood(patienceMs)
    const { id, heard } = await this.#ask(['slow', 0], true, isContent)
    const leftMs = clock.nowMs()
    const [visit] = provider.visits(id)
    if (visit === undefined || heard.ended !== 'left') {
      return finding('abort', 'unknown', ['There was no stream to leave.'])
    }
    while (visit.leftMs === undefined && clock.nowMs() - leftMs < maxMs) await wait(clock, 5)
    if (visit.leftMs === undefined) {
      return finding('abort', 'fails', ['When its client leaves, the gateway lets the provider write on.'])
    }
    const afterMs = Math.max(0, Math.round(visit.leftMs - leftMs))
    const sentence = `When its client leaves, the gateway leaves the provider after ${afterMs} ms.`
    return finding('abort', afterMs > abortSoonMs ? 'weak' : 'ok', [sentence, { after_ms: afterMs }])
  }
}

function isGood(heard: Heard): boolean {
  const { text, done, finished, error } = seenOf(heard)
  return heard.status === 200 && text === wholeText && finished && done && !error
}

function notReached(heard: Heard, visits: number): Finding {
  const figures = { status: heard.status, visits }
  if (visits === 0) {
    return finding('reached', 'fails', [
      'The gateway does not reach the faulty provider: nothing was found out.',
      figures,
    ])
  }
  return finding('reached', 'fails', ['The gateway does not pass on even a good answer.', figures])
}

const ranks: readonly Verdict[] = ['ok', 'unknown', 'weak', 'fails']

function judged(
  check: string,
  what: string,
  found: readonly { readonly at: number; readonly outcome: Outcome | 'not-asked' }[],
): Finding {
  let verdict: Verdict = 'ok'
  const counts = new Map<string, number>()
  const figures: Record<string, string> = {}
  for (const { at, outcome } of found) {
    const { verdict: one, words } =
      outcome === 'not-asked'
        ? ({ verdict: 'unknown', words: 'not tried, the provider was left alone' } as const)
        : outcomes[outcome]
    if (ranks.indexOf(one) > ranks.indexOf(verdict)) verdict = one
    counts.set(words, (counts.get(words) ?? 0) + 1)
    figures[`event_${at}`] = outcome
  }
  const parts = [...counts].map(([words, count]) => (found.length === 1 ? words : `${count} × ${words}`))
  return finding(check, verdict, [`${what}: ${parts.join(', ')}.`, figures])
}
