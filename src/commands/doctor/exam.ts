// One deployment while it is examined: what it was asked so far, and what is remembered of every answer.
import type { ModelRequest } from '../../core/model-request.ts'
import type { Usage } from '../../core/usage.ts'
import type { MadeDeployment } from '../../compose/provider-set.ts'
import { parsedErrorBody } from '../../dialects/error-text.ts'
import { providerCodecs } from '../../dialects/doors.ts'
import { ask } from './asker.ts'
import type { AskerParts, Heard, LeaveWhen } from './asker.ts'

/** What a check may ask with; the rest is filled in. */
export type Wanted = Omit<Partial<ModelRequest>, 'model' | 'turns' | 'unplaced'>

export interface Patient {
  readonly deployment: MadeDeployment
  /** The same place under the name of a model that it cannot have. */
  readonly strange: MadeDeployment
  /** The same with a key that is none; undefined where it is not to be tried. */
  readonly wrongKey: MadeDeployment | undefined
}

export class Exam {
  readonly patient: Patient
  readonly #parts: AskerParts
  /** How often the streamed question is asked. */
  readonly times: number
  calls = 0
  /** The usual time until the first token; undefined until it is known. */
  firstTokenMs: number | undefined
  inputTokens = 0
  outputTokens = 0
  /** The models that answers named, in their order. */
  readonly reportedModels: string[] = []
  readonly fingerprints: string[] = []

  constructor(patient: Patient, times: number, parts: AskerParts) {
    this.patient = patient
    this.times = times
    this.#parts = parts
  }

  /** Asks a question in words. */
  async ask(question: string, wanted: Wanted, leaveWhen?: LeaveWhen): Promise<Heard> {
    const turns = [{ role: 'user', parts: [{ kind: 'text', text: question }] }] as const
    return await this.askTurns(turns, wanted, leaveWhen)
  }

  async askTurns(turns: ModelRequest['turns'], wanted: Wanted, leaveWhen?: LeaveWhen): Promise<Heard> {
    const { deployment } = this.patient
    const request = { model: deployment.providerModel, stream: false, ...wanted, turns, unplaced: [] }
    const heard = await ask(deployment, request, { ...this.#parts, ...(leaveWhen && { leaveWhen }) })
    this.#note(heard)
    return heard
  }

  /** Asks a short question of another deployment than its own: nothing of the answer counts for it. */
  async askOther(deployment: MadeDeployment): Promise<Heard> {
    const turns = [{ role: 'user', parts: [{ kind: 'text', text: 'Hello' }] }] as const
    const { providerModel: model } = deployment
    this.calls += 1
    return await ask(deployment, { model, stream: false, turns, maxTokens: 16, unplaced: [] }, this.#parts)
  }

  #note(heard: Heard): void {
    this.calls += 1
    const usage = usageOf(heard)
    this.inputTokens += usage?.inputTokens ?? 0
    this.outputTokens += usage?.outputTokens ?? 0
    for (const { is } of heard.events) {
      if (is.kind !== 'start') continue
      if (is.model !== undefined && is.model !== '') this.reportedModels.push(is.model)
      if (is.fingerprint !== undefined && is.fingerprint !== '') this.fingerprints.push(is.fingerprint)
    }
  }
}

/** The last count that the answer told. */
export function usageOf({ events }: Heard): Usage | undefined {
  const told = events.findLast(({ is }) => is.kind === 'usage')?.is
  return told?.kind === 'usage' ? told.usage : undefined
}

/** The text of one of its choices. */
export function textOf({ events }: Heard, choice = 0): string {
  return events.map(({ is }) => (is.kind === 'text-delta' && is.choice === choice ? is.text : '')).join('')
}

/** The finish reason in the provider's own word; undefined when there is none. */
export function finishOf({ events }: Heard): string | undefined {
  const last = events.findLast(({ is }) => is.kind === 'finish')?.is
  return last?.kind === 'finish' ? last.native : undefined
}

/** An answer that can be judged: complete and readable. */
export function isAnswer(heard: Heard): boolean {
  return heard.status === 200 && heard.ended === 'whole' && heard.malformed === undefined && !saysError(heard)
}

function saysError({ events }: Heard): boolean {
  return events.some(({ is }) => is.kind === 'error')
}

/** The provider says that the request itself is what it does not take. */
export function isRefusal({ status }: Heard): boolean {
  return status === 400 || status === 404 || status === 422 || status === 501
}

/** Why there is no answer, as half a sentence: "it answered 400: no tools here". */
export function troubleOf(heard: Heard, { deployment }: Pick<Patient, 'deployment'>): string {
  const { status, ended, malformed, problem, tookMs } = heard
  if (ended === 'late') return `there was no whole answer after ${Math.round(tookMs / 1000)} s`
  if (status !== 0 && status !== 200) return `it answered ${status}${wordsOf(messageOf(heard, deployment))}`
  if (status === 0) return `it could not be reached: ${problem}`
  const error = heard.events.find(({ is }) => is.kind === 'error')?.is
  if (error?.kind === 'error') return `it said an error in its answer${wordsOf(error.error.message)}`
  if (malformed !== undefined) return `its answer breaks its format: ${malformed}`
  return `its answer broke off: ${problem}`
}

const shownCharsMax = 160

function wordsOf(message: string): string {
  const clean = message
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .replace(/\.$/, '')
  if (clean === '') return ''
  return `: ${clean.length > shownCharsMax ? `${clean.slice(0, shownCharsMax)}...` : clean}`
}

/** What an error body says to people; empty when it says nothing. */
export function messageOf({ body }: Heard, { dialect }: MadeDeployment): string {
  return providerCodecs[dialect].readError(parsedErrorBody(body))?.message ?? ''
}
