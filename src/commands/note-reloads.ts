// Changes of the config in the audit trail. A config that cannot be written down is taken over all the same: it may be
// the one that mends what is wrong.
import type { AuditAct, AuditTrail } from '../audit/audit-trail.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { failureText } from '../core/failure-text.ts'
import { sha256 } from '../platform/hmac.ts'
import { systemClock } from '../platform/system-clock.ts'
import type { Log } from '../telemetry/log.ts'

export interface ReloadNotes {
  taken(loaded: LoadedConfig, generation: number): void
  refused(source: string): void
}

/** For whoever leaves it to another process. */
export const noNotes: ReloadNotes = { taken: () => {}, refused: () => {} }

/** Notes what follows the first config. */
export function noteReloads(trail: AuditTrail, log: Log, first: LoadedConfig): ReloadNotes {
  let inUse = { generation: 1, sha256: sha256(first.text) }
  // One after the other: two reloads at once would be written down in any order.
  let written = Promise.resolve()
  const note = (act: Pick<AuditAct, 'subject' | 'outcome' | 'before' | 'after'>): void => {
    const atMs = systemClock.wallMs()
    const append = async (): Promise<void> => {
      try {
        await trail.append({ actor: 'config', address: '', action: 'config.reload', ...act }, atMs)
      } catch (failure) {
        log.error('audit_not_written', {
          error: failureText(failure),
        })
      }
    }
    written = written.then(append)
  }
  return {
    taken: (loaded, generation) => {
      const after = { generation, sha256: sha256(loaded.text) }
      note({ subject: loaded.source ?? 'none', outcome: 'done', before: inUse, after })
      inUse = after
    },
    refused: (source) => note({ subject: source, outcome: 'refused', before: inUse, after: null }),
  }
}
