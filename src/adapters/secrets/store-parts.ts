// What every store of secrets is reached with.
import type { Clock } from '../../core/clock.ts'
import type { EgressClient } from '../../core/egress.ts'
import type { LocalReference } from '../../core/secret.ts'

export interface StoreParts {
  /** A way out of its own, which may reach the operator's own networks. */
  readonly egress: EgressClient
  readonly clock: Clock
  readonly environment: Readonly<Record<string, string | undefined>>
  /** 0 to 1, 1 excluded; for spread, never for secrets. */
  readonly random: () => number
  /** What a name on this machine leads to, as it is now. */
  readLocal(reference: LocalReference): LocalRead
  /** A small file, as it is now; undefined where there is none to read. */
  readFile(path: string): string | undefined
}

/** `reason` completes a sentence that begins with what was looked for. */
export type LocalRead =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string }
