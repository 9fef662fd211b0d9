// An entry of the audit trail as a row of a table. The same in every database.
import type { AuditEntry, AuditRow } from '../audit/audit-trail.ts'

/** The entry of a row. */
export function auditEntryOf({ at_ms: atMs, before, after, ...row }: AuditRow): AuditEntry {
  // What was written is what the types say; whether it still is, only the chain knows.
  return { ...row, atMs, before: JSON.parse(before), after: JSON.parse(after) } as AuditEntry
}
