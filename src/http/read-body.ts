// The body of a request, whole and within the limit.
import { BodyTooLarge } from '../core/errors.ts'

/** Reads a request's body. Throws BodyTooLarge as soon as the announced length, or the real one, is over the limit. */
export async function readBody(request: Request, bytesMax: number): Promise<Uint8Array> {
  const announced = request.headers.get('content-length')
  if (announced !== null && Number(announced) > bytesMax) throw new BodyTooLarge(bytesMax)
  const bytes = await request.bytes()
  if (bytes.byteLength > bytesMax) throw new BodyTooLarge(bytesMax)
  return bytes
}
