// Which service tier a request asks for, read where it stands: a dearer one costs more, and more has to be held back for it.
import type { JsonBody } from './json-body.ts'
import { valueAt } from './json-spans.ts'

/** As the client wrote it, such as `priority` or `auto`; undefined where it says none, or nothing that is a text. */
export function askedTier({ latin1, members }: JsonBody): string | undefined {
  const member = members.findLast(({ name }) => name === 'service_tier' || name === 'serviceTier')
  const value: unknown = member === undefined ? undefined : valueAt(latin1, member)
  return typeof value === 'string' ? value : undefined
}
