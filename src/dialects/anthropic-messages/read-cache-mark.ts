// `cache_control` of a block or tool. Nothing of it may vanish: what is not `ephemeral` with a life time is refused.
import type { JsonObject } from '../json-object.ts'
import { InvalidValue } from '../../core/errors.ts'
import type { CacheMark } from '../../core/model-request.ts'
import { optionalObject, optionalString, stringAt } from './read-members.ts'

export function readCacheMark(owner: JsonObject, path: string): CacheMark | undefined {
  const at = `${path}.cache_control`
  const mark = optionalObject(owner['cache_control'], at)
  if (mark === undefined) return undefined
  if (stringAt(mark['type'], `${at}.type`) !== 'ephemeral') {
    throw new InvalidValue(`${at}.type`, 'only "ephemeral" is known')
  }
  const ttl = optionalString(mark['ttl'], `${at}.ttl`)
  return { ...(ttl === undefined ? {} : { ttl }), path: at }
}
