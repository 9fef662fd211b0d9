// Members that a deployment answers with an error, taken out of a request that was written for it.
import { settings } from '../core/model-request.ts'
import type { Setting } from '../core/model-request.ts'
import { isObject } from './json-object.ts'
import type { WrittenRequest } from './dialect.ts'

type Body = WrittenRequest['body']

/**
 * The request without these members, which are names or paths (`options.seed`) of its body. Settings that are lost with
 * them are dropped; `spell` is how the provider's dialect spells a setting.
 */
export function withoutMembers(
  written: WrittenRequest,
  names: readonly string[],
  spell: (setting: Setting) => string | undefined,
): WrittenRequest {
  const held = names.filter((name) => valueAt(written.body, name.split('.')) !== undefined)
  if (held.length === 0) return written
  const lost = settings.filter((setting) => {
    const spelling = spell(setting)
    return spelling !== undefined && held.some((name) => isLost(spelling, name, written.body))
  })
  return {
    ...written,
    body: held.reduce((body, name) => without(body, name.split('.')), written.body),
    dropped: [...written.dropped, ...lost.map((setting) => ({ setting }))],
  }
}

/** Older names that a member may have. */
const olderNames: ReadonlyMap<string, string> = new Map([['max_tokens', 'max_completion_tokens']])

/** A member takes along all that stands inside of it. */
function isLost(spelling: string, name: string, body: Body): boolean {
  if (spelling === name || olderNames.get(name) === spelling) return true
  return spelling.startsWith(`${name}.`) && valueAt(body, spelling.split('.')) !== undefined
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  const [name, ...inner] = path
  if (name === undefined) return value
  return isObject(value) && Object.hasOwn(value, name) ? valueAt(value[name], inner) : undefined
}

function without(body: Body, [name = '', ...inner]: readonly string[]): Body {
  const { [name]: value, ...rest } = body
  return inner.length > 0 && isObject(value) ? { ...body, [name]: without({ ...value }, inner) } : rest
}
