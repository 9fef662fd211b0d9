// Where Google's clients say whose they are: in a header of their own, or in the query.

/** The key of a request in Gemini's dialect. */
export function googleKey({ headers, url }: Request): string | null {
  return headers.get('x-goog-api-key') ?? headers.get('x-api-key') ?? new URL(url).searchParams.get('key')
}
