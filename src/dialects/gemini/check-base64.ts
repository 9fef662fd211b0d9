// Base64 of a client, checked for its alphabet and length and never decoded: it may be twenty megabytes of
// film.
import { InvalidValue } from '../../core/errors.ts'

/** Both alphabets are taken, as Google takes them, with or without the padding. */
export function checkBase64(base64: string, path: string): string {
  const end = base64.endsWith('==') ? base64.length - 2 : base64.length - Number(base64.endsWith('='))
  const padded = end < base64.length
  if ((padded && base64.length % 4 !== 0) || end % 4 === 1) {
    throw new InvalidValue(path, 'it is not base64: its length is wrong')
  }
  if (/[^A-Za-z0-9+/_-]/.test(base64.slice(0, end))) {
    throw new InvalidValue(path, 'it is not base64: it holds characters that base64 does not have')
  }
  return base64
}
