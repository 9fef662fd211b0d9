// The form of a made key: `sp_`, eight characters that name it, 32 random bytes and a checksum. The checksum lets
// scanners find leaked keys, and lets us refuse a mistyped one without asking the store.

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const idAlphabet = '0123456789abcdefghijklmnopqrstuvwxyz'
const idChars = 8
const secretBytes = 32
/** 62 to the 43rd is the first power above 2 to the 256th. */
const randomChars = 43
const checksumChars = 6

const form = /^sp_([0-9a-z]{8})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/

/** A new key's secret, and the id by which people name it. `random` gives random bytes. */
export function makeSecret(random: (count: number) => Uint8Array): {
  readonly id: string
  readonly secret: string
} {
  // The id names a key and protects nothing, so the slight favour for its first letters does no harm.
  const id = [...random(idChars)].map((number) => idAlphabet[number % idAlphabet.length]).join('')
  return { id, secret: remakeSecret(id, random) }
}

/** Another secret of the key with this id. */
export function remakeSecret(id: string, random: (count: number) => Uint8Array): string {
  const number = BigInt(`0x${Buffer.from(random(secretBytes)).toString('hex')}`)
  const body = `sp_${id}_${base62(number, randomChars)}`
  return body + checksumOf(body)
}

/** Could this be a made key? False for a typing mistake, and for nearly everything that is guessed. */
export function isWellFormed(secret: string): boolean {
  if (!form.test(secret)) return false
  return secret.endsWith(checksumOf(secret.slice(0, -checksumChars)))
}

function checksumOf(text: string): string {
  return base62(BigInt(crc32(text)), checksumChars)
}

/** CRC-32 as in zip (ISO 3309), bit by bit: it is computed only for keys that are not known. */
function crc32(text: string): number {
  let crc = 0xffffffff
  for (const byte of Buffer.from(text)) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}

function base62(number: bigint, chars: number): string {
  let rest = number
  let text = ''
  for (let place = 0; place < chars; place += 1) {
    text = (alphabet[Number(rest % 62n)] ?? '') + text
    rest /= 62n
  }
  return text
}
