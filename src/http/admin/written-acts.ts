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
) => Promise<void>

/** Writes acts into this trail. Throws AuditUnavailable. */
export function writesActsIn(trail: Pick<AuditTrail, 'append'>): WriteAct {
  return async (asked, act) => {
    try {
      await trail.append({ ...actorOf(asked), ...act, outcome: 'done' }, asked.edge.parts.clock.wallMs())
    } catch (failure) {
      throw new AuditUnavailable(failure)
    }
  }
}
