// Acts of operators, written down before they are done. What cannot be written down is refused.
import type { AuditAct, AuditActor, AuditTrail } from '../../audit/audit-trail.ts'
import { AuditUnavailable } from '../../core/admin-errors.ts'
import type { RouteRequest } from '../router.ts'

/** Who asks. */
export function actorOf({ caller, address }: RouteRequest): AuditActor {
  return { actor: caller?.keyId ?? '', address: address() }
}

export type WriteAct = (
  asked: RouteRequest,
  act: Pick<AuditAct, 'action' | 'subject' | 'before' | 'after'>,
  /** `done` where nothing is said: it is written before it is. */
  outcome?: AuditAct['outcome'],
) => Promise<void>

/** Writes acts into this trail. Throws AuditUnavailable. */
export function writesActsIn(trail: Pick<AuditTrail, 'append'>): WriteAct {
  return async (asked, act, outcome = 'done') => {
    try {
      await trail.append({ ...actorOf(asked), ...act, outcome }, asked.edge.parts.clock.wallMs())
    } catch (failure) {
      throw new AuditUnavailable(failure)
    }
  }
}
