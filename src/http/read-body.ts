// The body of a request, whole and within the limit.
import { BodyTooLarge } from '../core/errors.ts'

/** Reads a request's body. Rejects with BodyTooLarge when the announced length, or the real one, is over the limit. */
export function readBody(request: Request, bytesMax: number): Promise<Uint8Array> {
  const announced = request.headers.get('content-length')
  if (announced === null) return readUnannounced(request, bytesMax)
  // The runtime gives no more bytes than were announced.
  return Number(announced) > bytesMax ? Promise.reject(new BodyTooLarge(bytesMax)) : request.bytes()
}

/** Did the body stay incomplete because its client went away? The runtime says so with this failure and no other. */
export function isCutShort(failure: unknown): boolean {
  return failure instanceof DOMException && failure.name === 'AbortError'
}

async function readUnannounced(request: Request, bytesMax: number): Promise<Uint8Array> {
  const bytes = await request.bytes()
  if (bytes.byteLength > bytesMax) throw new BodyTooLarge(bytesMax)
  return bytes
}
