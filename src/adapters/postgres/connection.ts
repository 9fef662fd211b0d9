// Connections to PostgreSQL. A database that is away is asked by one query at a time until it answers again: the rest fails
// at once, because a call must not wait for what others have found out already.
import { Pool, types } from 'pg'
import type { ClientBase, PoolClient } from 'pg'
import { DatabaseError } from '../database-error.ts'
import type { PostgresAddress } from './address.ts'

/** A value of a statement; lists are arrays of the database. */
export type SqlValue = string | number | null | readonly (string | number | null)[]

export interface Queries {
  /** `$1` and so on stand for the values. */
  rows<Row>(text: string, values?: readonly SqlValue[]): Promise<readonly Row[]>
  /** Resolves with how many rows were changed. */
  run(text: string, values?: readonly SqlValue[]): Promise<number>
}

export interface PostgresConnection extends Queries {
  /** All of it or none. */
  transaction<Answer>(work: (queries: Queries) => Promise<Answer>): Promise<Answer>
  /** For work that takes longer than any query of a gateway may, over a connection of its own. */
  patiently<Answer>(work: (queries: Queries) => Promise<Answer>): Promise<Answer>
  close(): Promise<void>
}

const acquireMs = 1_000
const statementMs = 5_000
/** A database that is stopped or cut off says nothing, not even that a statement took too long. */
const silenceMs = statementMs + 500
const idleMs = 30_000
const patientMs = 10 * 60_000
const leaveMs = 1_000
/** So long nobody asks a database that did not answer, but for the one who looks. */
const awayMs = 1_000

/** A transaction whose process has gone must not hold its locks: others wait for them. */
const session = `SET search_path TO sallyport; SET statement_timeout = ${statementMs};
SET lock_timeout = 3000; SET idle_in_transaction_session_timeout = 10000`
const patientSession = 'SET statement_timeout = 0; SET lock_timeout = 0'

const numbers: ReadonlySet<number> = new Set([types.builtins.INT8, types.builtins.NUMERIC])
/** Counts and times are numbers here, and none of them is beyond 2⁵³. */
const typeParsers = {
  getTypeParser: (type: number) => (numbers.has(type) ? Number : types.getTypeParser(type)),
}

/** The pool waits for what this gives, and passes on how it fails; only its types do not say so. */
function beginSession(client: ClientBase): unknown {
  return client.query(session)
}

/** Connects when somebody asks for something. */
export function connectPostgres(address: PostgresAddress, connectionsMax: number): PostgresConnection {
  const { host, port, database, user, password, ssl, label } = address
  const pool = new Pool({
    host,
    port,
    database,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ssl,
    application_name: 'sallyport',
    max: connectionsMax,
    connectionTimeoutMillis: acquireMs,
    idleTimeoutMillis: idleMs,
    query_timeout: silenceMs,
    keepAlive: true,
    types: typeParsers,
    onConnect: beginSession,
  })
  // An idle connection that breaks is replaced by the next query, which tells whoever asks.
  pool.on('error', () => {})
  const gate = new Gate(label)
  const withClient = <Answer>(work: (client: PoolClient) => Promise<Answer>): Promise<Answer> =>
    gate.pass(() => onClient(pool, work))
  return {
    rows: (text, values) => withClient((client) => over(client).rows(text, values)),
    run: (text, values) => withClient((client) => over(client).run(text, values)),
    transaction: (work) => withClient((client) => inTransaction(client, work)),
    patiently: (work) => withClient((client) => patiently(client, work)),
    // One that is cut off does not take leave, and nobody waits for it.
    close: () => Promise.race([pool.end(), after(leaveMs)]),
  }
}

/** A connection on which something went wrong is not used again: nobody knows what it is in the middle of. */
async function onClient<Answer>(pool: Pool, work: (client: PoolClient) => Promise<Answer>): Promise<Answer> {
  const client = await pool.connect()
  client.on('error', ignored)
  let isGood = false
  try {
    const answer = await work(client)
    isGood = true
    return answer
  } finally {
    client.off('error', ignored)
    client.release(!isGood)
  }
}

/** The query that was under way rejects; an event that nobody takes would end the process. */
function ignored(): void {}

function over(client: PoolClient, timeoutMs?: number): Queries {
  const query = (text: string, values: readonly SqlValue[] = []) =>
    client.query({
      text,
      values: values.map(storable),
      ...(timeoutMs !== undefined && { query_timeout: timeoutMs }),
    })
  return {
    rows: async (text, values) => (await query(text, values)).rows,
    run: async (text, values) => (await query(text, values)).rowCount ?? 0,
  }
}

/** PostgreSQL keeps no text with a null character in it. */
function storable(value: SqlValue): unknown {
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value
  return typeof value === 'object' && value !== null ? value.map(storable) : value
}

async function inTransaction<Answer>(
  client: PoolClient,
  work: (queries: Queries) => Promise<Answer>,
): Promise<Answer> {
  await client.query('BEGIN')
  const answer = await work(over(client))
  await client.query('COMMIT')
  return answer
}

async function patiently<Answer>(
  client: PoolClient,
  work: (queries: Queries) => Promise<Answer>,
): Promise<Answer> {
  await client.query(patientSession)
  const answer = await work(over(client, patientMs))
  await client.query(session)
  return answer
}

/** Knows whether the database is away. */
class Gate {
  readonly #label: string
  #cause: unknown
  #lookAtMs = 0
  #isAway = false
  /** When the database said something last. */
  #answeredAtMs = -Infinity

  constructor(label: string) {
    this.#label = label
  }

  async pass<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    if (this.#isAway) {
      const nowMs = performance.now()
      if (nowMs < this.#lookAtMs) throw databaseError(this.#label, this.#cause)
      // Whoever comes now looks; the others go on failing until that is known.
      this.#lookAtMs = nowMs + silenceMs
    }
    try {
      const answer = await work()
      this.#isAway = false
      this.#answeredAtMs = performance.now()
      return answer
    } catch (failure) {
      if (failure instanceof DatabaseError) throw failure
      this.#failed(failure, performance.now())
      throw databaseError(this.#label, failure)
    }
  }

  #failed(failure: unknown, nowMs: number): void {
    // All connections are in use, and get answers: this query alone came at a bad time.
    if (isOfFullPool(failure) && nowMs - this.#answeredAtMs < acquireMs) return
    this.#isAway = isAway(failure)
    if (!this.#isAway) this.#answeredAtMs = nowMs
    this.#cause = failure
    this.#lookAtMs = nowMs + awayMs
  }
}

/** The pool's own words; a connection that cannot be had at all fails otherwise. */
function isOfFullPool(failure: unknown): boolean {
  return failure instanceof Error && failure.message === 'timeout exceeded when trying to connect'
}

/** What the server said itself has a severity; of that, classes 08, 53 and 57P are its going away or being full. */
function isAway(failure: unknown): boolean {
  if (failure instanceof TypeError || failure instanceof RangeError || failure instanceof SyntaxError)
    return false
  const isOfServer = typeof failure === 'object' && failure !== null && 'severity' in failure
  return !isOfServer || /^(08|53|57P)/.test(codeOf(failure) ?? '')
}

/** The code of what PostgreSQL refused, where it did; https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function codeOf(failure: unknown): string | undefined {
  if (failure instanceof DatabaseError) return codeOf(failure.cause)
  if (typeof failure !== 'object' || failure === null || !('code' in failure)) return undefined
  return typeof failure.code === 'string' ? failure.code : undefined
}

function databaseError(label: string, failure: unknown): DatabaseError {
  return new DatabaseError(label, failure instanceof Error ? problemOf(failure) : String(failure), failure)
}

function problemOf(failure: Error): string {
  // Several addresses of one host were tried: each has a failure, and the whole has no message.
  if (failure instanceof AggregateError && failure.message === '') {
    return failure.errors.map(String).join('; ')
  }
  return failure.message.replace(/\.$/, '')
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}
