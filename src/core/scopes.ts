// What a key may be used for, as texts: `resource`, `resource:verb` or `resource:name:verb`. What is not granted is denied,
// and a grant never says more than its words: `collections:write` is no leave to read.

/**
 * The scopes that name nothing in particular. `chat` and `embeddings` are model work; `metrics` is the scrape endpoint;
 * `admin` looks into the gateway and changes what it does, for everybody: `admin:read` only looks.
 */
export const scopes = [
  'chat',
  'embeddings',
  'models',
  'calls',
  'metrics',
  'admin',
  'admin:read',
  'admin:write',
] as const
export type Scope = (typeof scopes)[number]

/** Had only by whoever names them: a key without a list has every other scope. */
const namedOnly = new Set(['admin', 'metrics'])

/** Grants nothing, where an empty list would grant everything. */
export const nothing: readonly string[] = ['']

/**
 * Whether these grants hold for a scope. None at all hold for every scope that need not be named. Each text may be of the
 * three forms; in a grant's name a `*` stands for any run of characters, and a verb `*` for every verb.
 */
export function grants(granted: readonly string[], scope: string): boolean {
  if (granted.length === 0) return !namedOnly.has(resourceOf(scope))
  // Nearly always the same word.
  return granted.includes(scope) || granted.some((grant) => covers(grant, scope))
}

function resourceOf(scope: string): string {
  const colon = scope.indexOf(':')
  return colon === -1 ? scope : scope.slice(0, colon)
}

function covers(grant: string, scope: string): boolean {
  const [resource, ...rest] = grant.split(':')
  const [wanted, ...asked] = scope.split(':')
  if (resource !== wanted || resource === '') return false
  if (rest.length === 0) return asked.length <= 2
  const verb = asked.at(-1)
  if (verb === undefined || asked.length > 2) return false
  if (rest.length === 1) return isVerb(rest[0], verb)
  const [name, grantedVerb] = rest
  if (rest.length !== 2 || asked.length !== 2) return false
  return matchesPattern(name ?? '', asked[0] ?? '') && isVerb(grantedVerb, verb)
}

function isVerb(granted: string | undefined, verb: string): boolean {
  return verb !== '' && (granted === verb || granted === '*')
}

/**
 * Whether a text fits a pattern in which `*` stands for any run of characters. Walks both once; on a mismatch it goes
 * back to the last `*` only, so the time is bounded.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let at = 0
  let starAt = -1
  let resumeAt = 0
  for (let position = 0; position < text.length;) {
    if (pattern[at] === '*') {
      starAt = at
      at += 1
      resumeAt = position
    } else if (pattern[at] === text[position]) {
      at += 1
      position += 1
    } else if (starAt !== -1) {
      at = starAt + 1
      resumeAt += 1
      position = resumeAt
    } else return false
  }
  while (pattern[at] === '*') at += 1
  return at === pattern.length
}
