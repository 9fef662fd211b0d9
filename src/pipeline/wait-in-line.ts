// A call waits in its model's line while every deployment that could take it has as many calls as it may, and goes with
// the very choice that made it its turn.
import type { Deployment } from '../providers/deployment.ts'
import type { Choice } from '../routing/choice/candidate.ts'
import type { Course } from './attempt-course.ts'
import { chooseDeployment } from './choose-deployment.ts'
import { refusedByLine } from './no-deployment.ts'

export interface InLine {
  /** The model itself has as many calls as it may, whatever its deployments could take. */
  isModelFull(): boolean
  /** Its turn: with the very choice that made it so, or one that it finds no place by would be made again and again. */
  go(choice: Choice<Deployment>, nowMs: number): void
  /** Its time was over before its turn. */
  tooLong(): void
}

/** Throws ModelBusy where there is no use in waiting. */
export function waitInLine(course: Course, { isModelFull, go, tooLong }: InLine): void {
  const { call } = course
  const { production, parts, lastMs } = call
  const { record, request, priority, tenant, plan, deployments } = production
  const { memory } = plan
  const nowMs = parts.clock.nowMs()
  const places = deployments.reduce((sum, { health }) => sum + health.limit, 0)
  memory.places = Math.min(places, plan.concurrencyMax ?? places)
  let choice: Choice<Deployment> | undefined
  let chosenMs = nowMs
  const entered = memory.line.enter(
    {
      priority,
      tenant,
      tokens: request.estimatedInputTokens,
      nowMs,
      deadlineMs: lastMs,
      expectedMs: deployments[0].health.firstTokenMs(nowMs)?.p50 ?? 0,
    },
    {
      canGo: (laterMs) => {
        if (isModelFull()) return false
        choice = chooseDeployment(production, course.choosing(laterMs))
        chosenMs = laterMs
        return isWorthGoing(choice, deployments)
      },
      go: () => {
        if (choice !== undefined) go(choice, chosenMs)
      },
      drop: (why) => {
        if (why === 'expired') tooLong()
        else if (!call.isOver) call.giveUp(refusedByLine(record.model, why))
      },
    },
  )
  if (entered.kind === 'refused') throw refusedByLine(record.model, entered.why)
  course.leaveLine = entered.cancel
  parts.lines.add(memory.line)
}

/**
 * Whether waiting has come to an end: there is a place, or nobody is left who could give one back, which the call then
 * has to be told.
 */
function isWorthGoing(choice: Choice<Deployment>, deployments: readonly Deployment[]): boolean {
  if (choice.kind === 'busy') return false
  const isHeldBack = choice.kind === 'none' && choice.why === 'throttled'
  return !isHeldBack || deployments.every(({ health }) => health.inFlight === 0)
}
