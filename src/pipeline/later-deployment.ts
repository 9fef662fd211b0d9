// A deployment in a later priority than its own, for calls that should go elsewhere first. One for all such calls: what
// is made for an answer's headers is kept by who answered.
import type { Deployment } from '../providers/deployment.ts'

const made = new WeakMap<Deployment, Map<number, Deployment>>()

/** The same deployment, so much later. Its health is the same one. */
export function laterBy(deployment: Deployment, priorities: number): Deployment {
  if (priorities === 0) return deployment
  let later = made.get(deployment)
  if (later === undefined) made.set(deployment, (later = new Map()))
  let moved = later.get(priorities)
  if (moved === undefined) {
    moved = { ...deployment, priority: deployment.priority + priorities }
    later.set(priorities, moved)
  }
  return moved
}
