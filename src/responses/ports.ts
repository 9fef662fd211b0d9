// What keeping responses needs of the world: a place that outlives the process, and somebody who is told. A tenant's
// ids are its own: the same id of another tenant is another response.

/** The account at a provider that made something, by way of a deployment. */
export interface Maker {
  readonly provider: string
  /** `openai/gpt-5-mini`. */
  readonly deployment: string
  /** A fingerprint of the credential that was used; never the credential. */
  readonly credential: string
}

/** A response with all that it takes to go on from it. */
export interface KeptResponse {
  readonly tenant: string
  /** As the client knows it. */
  readonly id: string
  /** The response whose conversation this one goes on with; null for a new conversation. */
  readonly previousId: string | null
  readonly keyId: string
  /** As the client asked for it. */
  readonly model: string
  readonly maker: Maker
  /** Under which id the provider keeps it as well; null when it does not. */
  readonly providerId: string | null
  readonly createdAtMs: number
  readonly expiresAtMs: number
  /** The items of its own request, as a JSON list; what came before them is with the earlier responses. */
  readonly inputJson: string
  /** The response object, as JSON. */
  readonly bodyJson: string
}

/** A response as it is written: with the ids that its items can be referred to by. */
export interface WrittenResponse extends KeptResponse {
  /** Of its output. */
  readonly itemIds: readonly string[]
  /** Of its input, as the client named them. What put an item out goes before whatever repeats it. */
  readonly inputIds: readonly string[]
}

/** Where responses are kept. What has expired may be found until it is forgotten. */
export interface ResponseStore {
  /**
   * Keeps these, all or none; one that is there already is replaced. What a kept response goes on with, back to the first
   * of the conversation, is kept as long as it, or shorter by a thirtieth of its time.
   */
  keep(responses: readonly WrittenResponse[]): Promise<void>
  find(id: string, tenant: string): Promise<KeptResponse | undefined>
  /** The latest response whose output has an item of this id, else the first whose input has one. */
  findByItem(itemId: string, tenant: string): Promise<KeptResponse | undefined>
  remove(id: string, tenant: string): Promise<void>
  /** Forgets what expires before this time, at most so many; gives how many there were. */
  forgetBefore(timeMs: number, max: number): Promise<number>
}

/** Who made the thing of an id: enough to go there again, and nothing of its content. */
export interface HeldId {
  readonly tenant: string
  readonly id: string
  readonly maker: Maker
  readonly expiresAtMs: number
}

/** Where ids are remembered that providers gave out. What has expired may be found until it is forgotten. */
export interface HeldIdStore {
  /** Remembers these, all or none; one that is there already is replaced. */
  remember(ids: readonly HeldId[]): Promise<void>
  find(id: string, tenant: string): Promise<HeldId | undefined>
  /** Forgets what expires before this time, at most so many; gives how many there were. */
  forgetBefore(timeMs: number, max: number): Promise<number>
  /** Forgets what expires soonest beyond this number, at most so many; gives how many there were. */
  forgetBeyond(number: number, max: number): Promise<number>
}

/** What is counted, each by the number of responses (for `write_failed`, of tries). */
export type ResponseEvent =
  | 'stored'
  | 'too_large'
  | 'found'
  | 'missed'
  | 'removed'
  | 'forgotten'
  | 'write_failed'
  | 'lost'

/** Who is told. It may drop what it is told, and must never throw. */
export interface ResponsesObserver {
  counted(event: ResponseEvent, number: number): void
  /** Writing has been failing for a while; what is pending is kept in memory as far as it goes. */
  writingTroubled(cause: unknown): void
  writingWorks(): void
}
