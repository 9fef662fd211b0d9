// The tables of roll-ups in PostgreSQL, kept up inside the transaction that stores the attempts. Rows are written in one
// order, so that gateways that add to the same hour wait for each other and do not block.
import type { RollUp } from '../../ledger/spend/roll-ups.ts'
import { groupNames, keptSumNames } from '../../ledger/spend/spend.ts'
import { sha256 } from '../../platform/hmac.ts'
import type { Queries } from './connection.ts'

const names = groupNames.join(', ')
const findGroups = 'SELECT id, hash FROM spend_groups WHERE hash = ANY ($1::text[])'
/** What another gateway makes at this moment is waited for, and found by the next look. */
const makeGroups = `INSERT INTO spend_groups (hash, ${names})
SELECT hash, ${names} FROM json_to_recordset($1::json) AS given (hash text, ${groupNames.map((name) => `${name} text`).join(', ')})
ORDER BY hash ON CONFLICT (hash) DO NOTHING`
const addSums = `INSERT INTO spend_sums (span_hours, start_ms, group_id, ${keptSumNames.join(', ')})
SELECT span_hours, start_ms, group_id, ${keptSumNames.join(', ')} FROM json_to_recordset($1::json)
AS given (span_hours bigint, start_ms bigint, group_id bigint, ${keptSumNames.map((name) => `${name} bigint`).join(', ')})
ORDER BY span_hours, start_ms, group_id
ON CONFLICT (span_hours, start_ms, group_id) DO UPDATE SET
${keptSumNames.map((name) => `${name} = LEAST(${Number.MAX_SAFE_INTEGER}, spend_sums.${name} + excluded.${name})`).join(', ')}`

/** Adds these to what is kept. */
export async function writeRollUps(queries: Queries, rollUps: readonly RollUp[]): Promise<void> {
  if (rollUps.length === 0) return
  const ids = await groupIds(queries, rollUps)
  const rows = rollUps.map(({ spanHours, startMs, groupText, sums }) => ({
    span_hours: spanHours,
    start_ms: startMs,
    group_id: ids.get(sha256(groupText)),
    ...Object.fromEntries(keptSumNames.map((name, index) => [name, sums[index] ?? 0])),
  }))
  await queries.run(addSums, [JSON.stringify(rows)])
}

async function groupIds(queries: Queries, rollUps: readonly RollUp[]): Promise<ReadonlyMap<string, number>> {
  const groups = new Map(rollUps.map((rollUp) => [sha256(rollUp.groupText), rollUp.group]))
  const ids = await idsOf(queries, [...groups.keys()])
  const missing = [...groups].filter(([hash]) => !ids.has(hash))
  if (missing.length === 0) return ids
  const rows = missing.map(([hash, group]) => ({
    hash,
    ...Object.fromEntries(
      groupNames.map((name, index) => [name, (group[index] ?? '').replaceAll('\0', '\uFFFD').toWellFormed()]),
    ),
  }))
  await queries.run(makeGroups, [JSON.stringify(rows)])
  return idsOf(queries, [...groups.keys()])
}

async function idsOf(queries: Queries, hashes: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await queries.rows<{ id: number; hash: string }>(findGroups, [hashes])
  return new Map(rows.map(({ id, hash }) => [hash, id]))
}
