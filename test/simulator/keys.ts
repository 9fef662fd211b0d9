// Where requests carry their keys.
import { headerOf } from './read-requests.ts'
import type { ReceivedRequest } from './read-requests.ts'

export function bearerOf(request: ReceivedRequest): string | undefined {
  return headerOf(request, 'authorization')?.replace(/^bearer +/iu, '')
}

/** In whichever place one of the dialects has its key. */
export function anyKeyOf(request: ReceivedRequest): string {
  return (
    headerOf(request, 'x-api-key') ??
    headerOf(request, 'x-goog-api-key') ??
    bearerOf(request) ??
    queryOf(request).get('key') ??
    ''
  )
}

export function queryOf(request: ReceivedRequest): URLSearchParams {
  return new URLSearchParams(request.path.split('?')[1] ?? '')
}
