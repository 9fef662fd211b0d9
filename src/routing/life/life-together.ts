// The life of a model that is served by several deployments.
import type { Life } from '../../core/life.ts'

/** The life of a model with these deployments: it goes on for as long as one of them does. */
export function lifeTogether(lives: readonly (Life | undefined)[]): Life | undefined {
  const known = lives.filter((life) => life !== undefined)
  const [first] = known
  if (first === undefined || known.length < lives.length) return undefined
  const deprecatedMs = last(known.map((life) => life.deprecatedMs))
  const retiresMs = last(known.map((life) => life.retiresMs))
  if (deprecatedMs === undefined && retiresMs === undefined) return undefined
  return {
    deprecatedMs,
    retiresMs,
    replacedBy: known.find(({ replacedBy }) => replacedBy !== undefined)?.replacedBy,
    asksRetired: known.some(({ asksRetired }) => asksRetired),
  }
}

/** Undefined when one of them has no day. */
function last(days: readonly (number | undefined)[]): number | undefined {
  return days.reduce((latest, dayMs) =>
    latest === undefined || dayMs === undefined ? undefined : Math.max(latest, dayMs),
  )
}
