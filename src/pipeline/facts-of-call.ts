// What rules and the classifier may ask about a call, found out when it is asked: a request is read only once, and not
// at all for a rule on tags.
import type { Caller } from '../core/caller.ts'
import { InvalidValue } from '../core/errors.ts'
import type { ModelRequest, Part } from '../core/model-request.ts'
import type { Door } from '../dialects/doors.ts'
import { featuresOf } from '../routing/classifier/prompt-features.ts'
import { scorePrompt } from '../routing/classifier/score-prompt.ts'
import type { PromptScore } from '../routing/classifier/score-prompt.ts'
import type { LocalTime } from '../routing/local-time.ts'
import type { CallFacts } from '../routing/rules/call-facts.ts'
import type { Admitted } from './admit.ts'
import { metadataHeader, metadataIn } from './header-metadata.ts'
import { userOf } from './sticky-to.ts'

/** A call, as far as it is looked at. */
export interface LookedAt {
  readonly request: Admitted
  readonly door: Door
  readonly caller: Caller
  /** Words that the client gave it, in a header. */
  readonly tags: readonly string[]
  readonly inbound: { header(name: string): string | null }
  /** How hard a judge found it; undefined where nobody was asked, or nobody answered. */
  readonly judged?: PromptScore | undefined
}

/** Headers for rules alone. */
const ruleHeaders = { metadata: metadataHeader, task: 'x-sallyport-task' } as const

export class FactsOfCall implements CallFacts {
  readonly #call: LookedAt
  readonly #localTime: () => LocalTime
  #asked: ModelRequest | 'unread' | undefined = 'unread'
  #body: Readonly<Record<string, unknown>> | undefined
  #time: LocalTime | undefined
  #score: PromptScore | undefined
  #metadata: Readonly<Record<string, string>> | undefined
  #headerMetadata: Readonly<Record<string, string>> = {}
  task = ''

  constructor(call: LookedAt, localTime: () => LocalTime) {
    this.#call = call
    this.#localTime = localTime
  }

  /** Throws InvalidValue for a header that cannot be read: a rule that cannot see it would decide wrongly. */
  readHeaders(): void {
    const metadata = this.#call.inbound.header(ruleHeaders.metadata)
    const task = this.#call.inbound.header(ruleHeaders.task)
    if (metadata !== null) this.#headerMetadata = metadataIn(metadata)
    if (task !== null) this.task = taskIn(task)
  }

  /** In our own words; undefined where it cannot be read, which is told where it has to be. */
  get asked(): ModelRequest | undefined {
    if (this.#asked === 'unread') this.#asked = this.#read()
    return this.#asked
  }

  /** The client's own words. */
  get body(): Readonly<Record<string, unknown>> {
    return (this.#body ??= this.#call.request.parsed())
  }

  /** How hard it looks. */
  get score(): PromptScore {
    return (this.#score ??= this.#call.judged ?? scoreOf(this))
  }

  /** The score, if somebody has asked for it. */
  get knownScore(): PromptScore | undefined {
    return this.#score
  }

  /** Whether the score is the judge's, or the judge was silent. */
  get judgedBy(): string {
    return this.#call.judged === undefined ? ' (judge silent)' : ' (judge)'
  }

  get complexity(): number {
    return this.score.score
  }

  get model(): string {
    return this.#call.request.model
  }

  get tags(): readonly string[] {
    return this.#call.tags
  }

  get metadata(): Readonly<Record<string, string>> {
    const { caller } = this.#call
    return (this.#metadata ??= { ...caller.metadata, ...this.asked?.metadata, ...this.#headerMetadata })
  }

  get user(): string {
    return userOf(this.body)
  }

  get team(): string {
    return this.#call.caller.team ?? ''
  }

  get key(): string {
    return this.#call.caller.keyName
  }

  get inputTokens(): number {
    return this.#call.request.estimatedInputTokens
  }

  get stream(): boolean {
    return this.#call.request.stream
  }

  get hasTools(): boolean {
    return (this.asked?.tools?.length ?? 0) > 0
  }

  get hasImages(): boolean {
    return this.asked !== undefined && partsOf(this.asked).some(({ kind }) => kind === 'image')
  }

  get hasSchema(): boolean {
    return this.asked?.format?.kind === 'schema'
  }

  get turns(): number {
    return this.asked?.turns.filter(({ role }) => role !== 'system').length ?? 0
  }

  get hour(): number {
    return this.#localNow().hour
  }

  get minute(): number {
    return this.#localNow().minute
  }

  get weekday(): number {
    return this.#localNow().weekday
  }

  /** Only requests for answers are read: what is embedded, or counted, needs nothing that can be lacking. */
  #read(): ModelRequest | undefined {
    const { door } = this.#call
    if (door.otherwise !== 'translate') return undefined
    try {
      return door.codec.readRequest(this.body)
    } catch {
      return undefined
    }
  }

  /** One moment for all rules. */
  #localNow(): LocalTime {
    return (this.#time ??= this.#localTime())
  }
}

/** All parts of a request, those in the results of tools among them. */
export function partsOf({ turns }: ModelRequest): readonly Part[] {
  return turns.flatMap(({ parts }) =>
    parts.flatMap((part): readonly Part[] => (part.kind === 'tool-result' ? [part, ...part.parts] : [part])),
  )
}

/** What the user said last. */
export function lastUserText({ turns }: ModelRequest): string {
  const last = turns.findLast(({ role }) => role === 'user')
  return last?.parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n\n') ?? ''
}

function scoreOf(facts: FactsOfCall): PromptScore {
  const { asked, hasImages, hasSchema, turns } = facts
  const toolCount = asked?.tools?.length ?? 0
  const shape = { toolCount, turns, hasSchema, hasImages }
  return scorePrompt(
    featuresOf([{ role: 'user', text: asked === undefined ? '' : lastUserText(asked) }], shape),
  )
}

function taskIn(text: string): string {
  if (/^[A-Za-z0-9_.:-]{1,64}$/.test(text)) return text
  throw new InvalidValue(ruleHeaders.task, 'write one word of letters, digits, "_", ".", ":" and "-"')
}
