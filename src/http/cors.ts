// Calls from browsers, for the origins that the operator named. Off by default: a key in a web page is everyone's.

/** What a page may read of an answer: all that clients outside of a browser can. */
const shownHeaders = [
  'x-request-id',
  'request-id',
  'retry-after',
  'x-should-retry',
  'server-timing',
  'deprecation',
  'sunset',
  'link',
  'x-sallyport-attempts',
  'x-sallyport-config',
  'x-sallyport-demo',
  'x-sallyport-deployment',
  'x-sallyport-canned',
  'x-sallyport-cost',
  'x-sallyport-dropped',
  'x-sallyport-error',
  'x-sallyport-estimated',
  'x-sallyport-fingerprint',
  'x-sallyport-model',
  'x-sallyport-model-version',
  'x-sallyport-provider-request-id',
  'x-sallyport-replaced-by',
  'x-sallyport-route',
  'x-sallyport-system-prompt-hash',
  'x-sallyport-trace',
].join(', ')

/** Answers the browser's question whether it may call. */
export function corsPreflight(request: Request, origins: readonly string[]): Response {
  const headers = new Headers({ vary: 'origin' })
  const origin = allowedOrigin(request, origins)
  if (origin !== undefined) {
    headers.set('access-control-allow-origin', origin)
    headers.set('access-control-allow-methods', 'GET, POST, DELETE')
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
    response.headers.set('access-control-expose-headers', shownHeaders)
  }
  response.headers.append('vary', 'origin')
  return response
}

function allowedOrigin(request: Request, origins: readonly string[]): string | undefined {
  const origin = request.headers.get('origin')
  if (origin === null) return undefined
  return origins.includes('*') || origins.includes(origin) ? origin : undefined
}
