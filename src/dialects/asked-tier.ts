// Which service tier a request asks for, read where it stands: a dearer one costs more, and more has to be held back for it.
import type { JsonBody } from './json-body.ts'
import { valueAt } from './json-spans.ts'

/**
 * As the client wrote it, such as `priority` or `auto`; `auto`, which may be any, where it says several. Undefined where it
 * says none, or nothing that is a text.
 */
export function askedTier({ latin1, members }: JsonBody): string | undefined {
  let tier: string | undefined
  for (const member of members) {
    if (member.name !== 'service_tier' && member.name !== 'serviceTier') continue
    const said: unknown = valueAt(latin1, member)
    if (typeof said !== 'string') continue
    // Nobody knows which one is read.
    tier = tier === undefined || tier === said ? said : 'auto'
  }
  return tier
}
