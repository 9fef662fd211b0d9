// The one word for how a deployment stands, and why it came to stand so: for the log, the metrics and whoever looks.
import type { OpeningReason } from './breaker.ts'

/**
 * `suspect`: seems to hang. `open`: failed too often. `half_open`: is being tried out again. `cooling`: asked for a
 * pause. `ejected`: its credential was refused.
 */
export type Standing = 'closed' | 'suspect' | 'open' | 'half_open' | 'cooling' | 'ejected'

/** Why a standing changed. */
export type ChangeReason =
  | OpeningReason
  | 'credential_refused'
  | 'restored'
  | 'retry_after'
  | 'retry_after_over'
  | 'no_first_content'
  | 'told_by_others'
  | 'content'
  | 'ejection_over'
  | 'successes'

/** Every change has one reason, which the two standings tell; only what opened a breaker is known to it alone. */
export function reasonOf(from: Standing, to: Standing, opening: OpeningReason): ChangeReason {
  switch (to) {
    case 'open':
      return opening
    case 'ejected':
      return 'credential_refused'
    case 'cooling':
      return 'retry_after'
    case 'suspect':
      return 'no_first_content'
    case 'half_open':
      return 'ejection_over'
    case 'closed':
      return reasonsToClose[from]
  }
}

const reasonsToClose: Readonly<Record<Standing, ChangeReason>> = {
  closed: 'successes',
  suspect: 'content',
  open: 'successes',
  half_open: 'successes',
  cooling: 'retry_after_over',
  ejected: 'restored',
}
