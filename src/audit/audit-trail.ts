// The audit trail: who did what to the gateway itself, and when. It is only added to, and each entry carries a hash over
// all that came before it, so that whoever changes one afterwards is found out.

/** What is written down of. A new kind of act is a word here and a row of docs/guides/administration.md. */
export const auditActions = [
  'key.create',
  'key.change',
  'key.rotate',
  'key.revoke',
  'key.remove',
  'pepper.change',
  'deployment.eject',
  'deployment.restore',
  'webhook.test',
  'webhook.replay',
  'config.reload',
  'bodies.erase',
  'database.backup',
  'database.restore',
  'database.move',
  'encryption.forget',
  'encryption.rotate',
] as const
export type AuditAction = (typeof auditActions)[number]

/** Names and plain values; never a secret, a hash of one, or anything of a prompt. */
export type AuditFacts = Readonly<Record<string, unknown>>

/** Who did it. */
export interface AuditActor {
  /**
   * The id of a key, `cli` for a command on the gateway's machine, `start` for what a first start does, `config` for the
   * file.
   */
  readonly actor: string
  /** Where the request came from; empty where there was none. */
  readonly address: string
}

export interface AuditAct extends AuditActor {
  readonly action: AuditAction
  /** What it was done to: a key's id, a deployment, a file. */
  readonly subject: string
  /** `failed`: it was begun, as the entry before says, and did not come about. `refused`: it was not even begun. */
  readonly outcome: 'done' | 'failed' | 'refused'
  /** Null where there was nothing before, or is nothing after. */
  readonly before: AuditFacts | null
  readonly after: AuditFacts | null
}

export interface AuditEntry extends AuditAct {
  /** From 1, without a gap. */
  readonly number: number
  /** Milliseconds since the epoch. */
  readonly atMs: number
  /** Over the entry and the hash of the one before: 64 hexadecimal digits. */
  readonly hash: string
}

/** Which entries are wanted, the newest first. */
export interface AuditQuery {
  readonly limit: number
  /** Only those with a lower number. */
  readonly below?: number | undefined
  readonly action?: string | undefined
  readonly actor?: string | undefined
  readonly subject?: string | undefined
}

export interface AuditTrail {
  /** Writes an act down, on the disk when it resolves. Rejects when that cannot be done: the act is then not to be done. */
  append(act: AuditAct, atMs: number): Promise<AuditEntry>
  /** The newest first. */
  list(query: AuditQuery): Promise<readonly AuditEntry[]>
  /** All of them, the oldest first, as they are read: a row that cannot be an entry is handed on as it is. */
  rows(): Iterable<AuditRow> | AsyncIterable<AuditRow>
}

/** A row as it lies in the store, before anybody believes it. */
export interface AuditRow {
  readonly number: number
  readonly at_ms: number
  readonly actor: string
  readonly address: string
  readonly action: string
  readonly subject: string
  readonly outcome: string
  /** JSON. */
  readonly before: string
  readonly after: string
  readonly hash: string
}
