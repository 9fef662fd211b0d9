// The peppers of a fleet. A key that one gateway makes must open the others, so all hash alike: the first gateway brings its
// peppers, and they lie beside the hashes. A secret has 256 random bits; no pepper is needed to keep it from being guessed.
import type { Peppers } from '../data-directory.ts'
import type { PostgresConnection, Queries } from './connection.ts'

interface Row {
  readonly current: string
  readonly previous: string | null
  readonly first: string
}

const bringOwn = `INSERT INTO peppers (current, previous, first) VALUES ($1, $2, $3) ON CONFLICT (is_only) DO NOTHING`
const changeCurrent = 'UPDATE peppers SET previous = current, current = $1'

/** Those of the database. Where it has none yet, it takes these. */
export async function readPeppers(connection: PostgresConnection, own: Peppers): Promise<Peppers> {
  return (await find(connection)) ?? (await bring(connection, own))
}

/** Puts a new pepper in the place of the one that is there, which becomes the previous one. */
export async function changePepper(connection: PostgresConnection, next: Uint8Array): Promise<void> {
  await connection.run(changeCurrent, [hexOf(next)])
}

/** Writes them where there are none yet. */
export async function bringPeppers(queries: Queries, { current, previous, first }: Peppers): Promise<void> {
  const values = [hexOf(current), previous === undefined ? null : hexOf(previous), hexOf(first)]
  await queries.run(bringOwn, values)
}

async function bring(connection: PostgresConnection, own: Peppers): Promise<Peppers> {
  await bringPeppers(connection, own)
  // Another gateway may have been faster.
  return (await find(connection)) ?? own
}

async function find(connection: PostgresConnection): Promise<Peppers | undefined> {
  const [row] = await connection.rows<Row>('SELECT current, previous, first FROM peppers')
  if (row === undefined) return undefined
  const previous = row.previous === null ? undefined : bytesOf(row.previous)
  return { current: bytesOf(row.current), previous, first: bytesOf(row.first) }
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'))
}
