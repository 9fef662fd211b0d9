// Which names of keys and users the config has limits or budgets for: whoever has such a name has what goes with it.
import type { Config } from '../config/schema.ts'
import type { Naming } from '../http/admin/key-restrictions.ts'
import { everybody } from '../limits/limited.ts'
import type { Limited } from '../limits/limited.ts'

/** For one tenant's alone, or for everybody's; undefined where nothing is written. */
export function namingIn(
  { limits, budgets }: Pick<Config, 'limits' | 'budgets'>,
  level: 'key' | 'user',
  { id, name }: Limited,
): ReturnType<Naming> {
  const written = level === 'key' ? [limits.keys, budgets.keys] : [limits.users, budgets.users]
  if (written.some((names) => name !== everybody && names.has(name) && !names.has(id))) return 'everybody'
  return written.some((names) => names.has(id)) ? 'tenant' : undefined
}
