// Which names of keys, users and teams the config has limits or budgets for: whoever has one has what goes with it.
import type { Config } from '../config/schema.ts'
import type { Naming } from '../http/admin/key-restrictions.ts'
import { everybody } from '../limits/limited.ts'
import type { Limited } from '../limits/limited.ts'

const sections = { key: 'keys', user: 'users', team: 'teams' } as const

/** One tenant's alone, everybody's, or only each for whom `*` stands; undefined where nothing is written. */
export function namingIn(
  { limits, budgets }: Pick<Config, 'limits' | 'budgets'>,
  level: keyof typeof sections,
  { id, name }: Limited,
): ReturnType<Naming> {
  const written = [limits[sections[level]], budgets[sections[level]]]
  if (written.some((names) => name !== everybody && names.has(name) && !names.has(id))) return 'everybody'
  if (written.some((names) => names.has(id))) return 'tenant'
  return written.some((names) => names.has(everybody)) ? 'each' : undefined
}
