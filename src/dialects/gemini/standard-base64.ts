// Base64 of a Gemini client. Google takes both alphabets, with or without the padding; every other provider refuses all
// but the standard form, so that is what is carried.
import { checkBase64 } from '../data-url.ts'

/** The same bytes as padded base64 of the standard alphabet. Throws InvalidValue. */
export function standardBase64(base64: string, path: string): string {
  return checkBase64(padded(standardAlphabet(base64)), path)
}

function standardAlphabet(base64: string): string {
  if (!base64.includes('-') && !base64.includes('_')) return base64
  return base64.replaceAll('-', '+').replaceAll('_', '/')
}

function padded(base64: string): string {
  const missing = -base64.length & 3
  // One character alone holds no byte, and padding that is there already must be right.
  if (missing === 0 || missing === 3 || base64.endsWith('=')) return base64
  return base64 + '='.repeat(missing)
}
