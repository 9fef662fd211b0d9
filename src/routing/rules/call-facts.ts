// What a rule may ask about a call, under the names that rules use. Whole numbers become the language's own kind only
// when a rule reads them, so that a rule on the model pays for the model alone.

/** What is known of a call when its deployment is chosen. */
export interface CallFacts {
  /** The model that was asked for. */
  readonly model: string
  readonly tags: readonly string[]
  /** What the client wrote beside its request; texts only. */
  readonly metadata: Readonly<Record<string, string>>
  /** Empty when there is none; the same holds for `team`, `key` and `task`. */
  readonly user: string
  readonly team: string
  /** The name or id of the key, never the key. */
  readonly key: string
  readonly inputTokens: number
  readonly stream: boolean
  readonly hasTools: boolean
  readonly hasImages: boolean
  readonly hasSchema: boolean
  readonly turns: number
  /** 0 to 23, where the model's clock hangs. */
  readonly hour: number
  readonly minute: number
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday: number
  /** 0 to 1, from the classifier. */
  readonly complexity: number
  readonly task: string
}

/** The kinds of facts, as the language calls them. */
export const factKinds = {
  model: 'string',
  tags: 'list<string>',
  metadata: 'map<string, string>',
  user: 'string',
  team: 'string',
  key: 'string',
  input_tokens: 'int',
  stream: 'bool',
  has_tools: 'bool',
  has_images: 'bool',
  has_schema: 'bool',
  turns: 'int',
  hour: 'int',
  minute: 'int',
  weekday: 'int',
  complexity: 'double',
  task: 'string',
} as const

export type FactName = keyof typeof factKinds

/** The name under which a window finds the time. No expression can say it. */
export const minuteOfDay = '@minute-of-day'

/** A rule walks over tags, so their number has an end; more than this come from nobody who means well. */
const tagsMax = 64

/** The facts of one call, as a rule reads them. */
export class FactsView implements Record<FactName, unknown> {
  readonly #facts: CallFacts

  constructor(facts: CallFacts) {
    this.#facts = facts
  }

  get model(): string {
    return this.#facts.model
  }

  get tags(): readonly string[] {
    const { tags } = this.#facts
    return tags.length > tagsMax ? tags.slice(0, tagsMax) : tags
  }

  get metadata(): Readonly<Record<string, string>> {
    return this.#facts.metadata
  }

  get user(): string {
    return this.#facts.user
  }

  get team(): string {
    return this.#facts.team
  }

  get key(): string {
    return this.#facts.key
  }

  get input_tokens(): bigint {
    return whole(this.#facts.inputTokens)
  }

  get stream(): boolean {
    return this.#facts.stream
  }

  get has_tools(): boolean {
    return this.#facts.hasTools
  }

  get has_images(): boolean {
    return this.#facts.hasImages
  }

  get has_schema(): boolean {
    return this.#facts.hasSchema
  }

  get turns(): bigint {
    return whole(this.#facts.turns)
  }

  get hour(): bigint {
    return whole(this.#facts.hour)
  }

  get minute(): bigint {
    return whole(this.#facts.minute)
  }

  get weekday(): bigint {
    return whole(this.#facts.weekday)
  }

  get complexity(): number {
    return this.#facts.complexity
  }

  get task(): string {
    return this.#facts.task
  }

  get [minuteOfDay](): number {
    return this.#facts.hour * 60 + this.#facts.minute
  }
}

function whole(count: number): bigint {
  return BigInt(Math.trunc(count))
}
