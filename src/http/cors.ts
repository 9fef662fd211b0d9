// Calls from browsers, for the origins that the operator named. Off by default: a key in a web page is everyone's.

/** Those that the table of routes has. */
const methods = 'GET, POST, PATCH, DELETE'

/** What a page may read without being told, what is between connections, and what is for the browser itself. */
const unnamedHeaders: ReadonlySet<string> = new Set([
  'access-control-allow-origin',
  'cache-control',
  'connection',
  'content-length',
  'content-type',
  'vary',
])

/** Answers the browser's question whether it may call. */
export function corsPreflight(request: Request, origins: readonly string[]): Response {
  const headers = new Headers({ vary: 'origin' })
  const origin = allowedOrigin(request, origins)
  if (origin !== undefined) {
    headers.set('access-control-allow-origin', origin)
    headers.set('access-control-allow-methods', methods)
    headers.set('access-control-allow-headers', request.headers.get('access-control-request-headers') ?? '')
    headers.set('access-control-max-age', '600')
  }
  return new Response(null, { status: 204, headers })
}

/** Lets the page read an answer, when its origin is allowed. */
export function corsAnswer(request: Request, response: Response, origins: readonly string[]): Response {
  const origin = allowedOrigin(request, origins)
  if (origin !== undefined) {
    response.headers.set('access-control-allow-origin', origin)
    response.headers.set('access-control-expose-headers', shownHeaders(response.headers))
  }
  response.headers.append('vary', 'origin')
  return response
}

/** What a page may read: all that clients outside of a browser can, so every name that this answer has. */
function shownHeaders(headers: Headers): string {
  return [...headers.keys()].filter((name) => !unnamedHeaders.has(name)).join(', ')
}

function allowedOrigin(request: Request, origins: readonly string[]): string | undefined {
  const origin = request.headers.get('origin')
  if (origin === null) return undefined
  return origins.includes('*') || origins.includes(origin) ? origin : undefined
}
