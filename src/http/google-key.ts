// How Google's clients are known, and where they say whose they are: in a header of their own, or in the query.

/** A request in Gemini's dialect: by its path, or by the header that only Google's clients send. */
export function isGoogles({ headers, url }: Request): boolean {
  return headers.has('x-goog-api-key') || new URL(url).pathname.startsWith('/v1beta/')
}

/** The key of such a request. */
export function googleKey({ headers, url }: Request): string | null {
  return headers.get('x-goog-api-key') ?? headers.get('x-api-key') ?? new URL(url).searchParams.get('key')
}
