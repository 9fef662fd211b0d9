// An id that a provider gave out as a row of a table. The same in every database.
import type { HeldId } from '../responses/ports.ts'

export interface HeldIdRow {
  readonly tenant: string
  readonly id: string
  readonly provider: string
  readonly deployment: string
  readonly credential: string
  readonly expires_at_ms: number
}

/** The id of a row, if there is one. */
export function heldIdOf(row: HeldIdRow | null | undefined): HeldId | undefined {
  if (row === null || row === undefined) return undefined
  const { tenant, id, provider, deployment, credential } = row
  return { tenant, id, maker: { provider, deployment, credential }, expiresAtMs: row.expires_at_ms }
}
