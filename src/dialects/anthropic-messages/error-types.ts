// The kinds of error of this API (https://platform.claude.com/docs/en/api/errors, 2026-11-21).
const byStatus: ReadonlyMap<number, string> = new Map([
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [408, 'timeout_error'],
  [409, 'conflict_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [500, 'api_error'],
  [503, 'overloaded_error'],
  [504, 'timeout_error'],
  [529, 'overloaded_error'],
])

const types: ReadonlySet<string> = new Set(byStatus.values())

export function errorTypeOf(status: number): string {
  return byStatus.get(status) ?? (status >= 500 ? 'api_error' : 'invalid_request_error')
}

/** Words in other providers' kinds of error, and ours for them. The first that fits counts. */
const words: readonly (readonly [RegExp, string])[] = [
  [/overload|unavailable|capacity/i, 'overloaded_error'],
  [/rate.?limit|exhausted|too.?many/i, 'rate_limit_error'],
  [/timeout|deadline/i, 'timeout_error'],
  [/quota|billing|credit/i, 'billing_error'],
  [/permission|forbidden/i, 'permission_error'],
  [/auth|api.?key/i, 'authentication_error'],
  [/not.?found/i, 'not_found_error'],
  [/invalid|argument|bad.?request|content.?filter/i, 'invalid_request_error'],
]

/** Another provider's kind of error as this API would say it. Its own kinds, new ones too, stay as they are. */
export function errorTypeLike(type: string): string {
  if (types.has(type)) return type
  const short = type.slice(0, 200)
  const likely = words.find(([pattern]) => pattern.test(short))?.[1]
  if (likely !== undefined) return likely
  return short.endsWith('_error') && short !== 'server_error' ? short : 'api_error'
}
