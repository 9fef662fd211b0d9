// What the simulated provider was sent, by its bytes.
import type { ReceivedRequest } from './read-requests.ts'

/** The latest request; throws where there was none. */
export function lastRequest({
  requests,
}: {
  readonly requests: readonly ReceivedRequest[]
}): ReceivedRequest {
  const last = requests.at(-1)
  if (last === undefined) throw new Error('nothing was asked')
  return last
}

export function bodyText({ body }: Pick<ReceivedRequest, 'body'>): string {
  return Buffer.from(body).toString()
}

export function jsonBodyOf(request: Pick<ReceivedRequest, 'body'>): Readonly<Record<string, unknown>> {
  return JSON.parse(bodyText(request)) as Readonly<Record<string, unknown>>
}
