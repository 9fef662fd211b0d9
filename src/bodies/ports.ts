// What is kept of what prompts and answers say, and where. It is nobody's but the operator's: no endpoint shows it to clients.

/** A text of a prompt or an answer, masked and cut. */
export interface KeptText {
  /** Whose it is: `system`, `user`, `assistant`, `tool`. */
  readonly role: string
  /** `text`, `reasoning`, `arguments`, …: as the lens of its format calls it. */
  readonly kind: string
  readonly text: string
}

export interface KeptBody {
  readonly callId: string
  readonly tenant: string
  readonly keyId: string
  /** Who used the key, as the key or the request says; both empty where neither does. */
  readonly keyUser: string
  readonly requestUser: string
  readonly endpoint: string
  readonly model: string
  /** Who answered, as `provider/model`, and where that is; empty where nobody did, or nobody knows. */
  readonly deployment: string
  readonly region: string
  /** The error that the client got; empty for a good answer. */
  readonly code: string
  /** Wall clock. */
  readonly atMs: number
  readonly expiresAtMs: number
  readonly prompt: readonly KeptText[]
  readonly answer: readonly KeptText[]
  /** Something was too long to be kept whole. */
  readonly isCut: boolean
}

/** Whose bodies are meant. What is left out does not matter; where all is, all are meant. */
export interface BodyFilter {
  readonly user?: string | undefined
  readonly keyId?: string | undefined
  readonly callId?: string | undefined
  readonly tenant?: string | undefined
}

/** Every promise of it is kept also after a crash, but for what was not written yet. */
export interface BodyStore {
  /** All or none. */
  keep(bodies: readonly KeptBody[]): Promise<void>
  /** The newest first. */
  list(filter: BodyFilter, max: number): Promise<readonly KeptBody[]>
  /** Makes them unreadable, in the files too. Resolves with how many there were. */
  erase(filter: BodyFilter): Promise<number>
  /** Forgets up to so many that have expired by then; resolves with how many there were. */
  forgetBefore(timeMs: number, max: number): Promise<number>
}

export type BodyEvent = 'stored' | 'forgotten' | 'write_failed' | 'lost'

export interface BodiesObserver {
  counted(event: BodyEvent, number: number): void
  writingTroubled(cause: unknown): void
  writingWorks(): void
}
