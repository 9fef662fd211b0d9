// What the edge of a gateway is made with where no call is made: whatever would take part in one throws.
import type { Clock } from '../src/core/clock.ts'
import type { EdgeParts } from '../src/http/edge.ts'
import { BudgetBook } from '../src/limits/budget-book.ts'
import { DeploymentLimits } from '../src/limits/deployment-limits.ts'
import { LimitBook } from '../src/limits/limit-book.ts'
import type { PipelineParts } from '../src/pipeline/pipeline.ts'
import { Deadlines } from '../src/platform/deadlines.ts'
import { OpenLines } from '../src/routing/open-lines.ts'

export function idleEdgeParts(clock: Clock): EdgeParts {
  const observer = { callEnded: noCalls, attemptEnded: noCalls, bugSeen: noCalls }
  const overload = { isPressed: false, level: 'calm' as const }
  const keyStanding = { isLoaded: true, isTroubled: false }
  return { clock, deadlines: new Deadlines(clock), observer, overload, keyStanding, shared: undefined }
}

export function idlePipeline(
  parts: Pick<PipelineParts, 'clock' | 'keys' | 'responses' | 'stickiness'>,
): PipelineParts {
  return {
    ...parts,
    ...idleEdgeParts(parts.clock),
    spool: { begin: noCalls, mark: noCalls, end: noCalls },
    timeouts: { firstTokenMs: 1, stallMs: 1, attemptMs: 1, totalMs: 1 },
    generation: 1,
    newAttemptId: noCalls,
    newCallId: noCalls,
    limits: new LimitBook(),
    deploymentLimits: new DeploymentLimits(),
    bodies: undefined,
    shared: undefined,
    budgets: new BudgetBook(noCalls),
    lines: new OpenLines(),
    gate: { isTight: false, check: noCalls },
    strained: noCalls,
    random: noCalls,
    directory: { find: noCalls, list: () => [], lifeOf: noCalls, reported: noCalls },
    digest: noCalls,
  }
}

function noCalls(): never {
  throw new Error('no call is made here')
}
