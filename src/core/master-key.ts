// What may be an operator's key: 32 random bytes, and nothing that was copied from a page.

const bytesWanted = 32
/** Of 32 random bytes fewer different ones come once in many lives of the universe. */
const differentMin = 18

/** What is wrong with it; undefined for a good one. The sentence holds nothing of it. */
export function masterKeyProblem(text: string): string | undefined {
  const advice = 'make one with "openssl rand -base64 32"'
  const bytes = bytesOfMasterKey(text)
  if (bytes?.length !== bytesWanted) return `the key is not 32 bytes in base64 or hexadecimal; ${advice}`
  if (new Set(bytes).size < differentMin || isCounting(bytes))
    return `the key is a sample, not a random one; ${advice}`
  // Words that somebody typed, such as "change-me-…", are letters alone.
  if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f))
    return `the key is text, not random bytes; ${advice}`
  return undefined
}

/** 0, 1, 2, …, as in every example. */
function isCounting(bytes: Uint8Array): boolean {
  return bytes.every((byte, index) => index === 0 || byte === ((bytes[index - 1] ?? 0) + 1) % 256)
}

/** Written in base64, either alphabet, or in hexadecimal; undefined where it is neither. */
export function bytesOfMasterKey(text: string): Uint8Array | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) {
    return Uint8Array.from(text.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16))
  }
  if (!/^[\w+/-]{43}=?$/.test(text)) return undefined
  const usual = text.replaceAll('-', '+').replaceAll('_', '/').replace(/=$/, '')
  return Uint8Array.from(atob(`${usual}=`), (character) => character.charCodeAt(0))
}
