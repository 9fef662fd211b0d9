// Bytes as text, by the Buffer's own methods applied to any byte array: making a Buffer of it first would cost more
// than the text.

/** Each byte as one character, so that offsets in the text are offsets in the bytes. */
export function latin1Of(bytes: Uint8Array, start = 0, end = bytes.byteLength): string {
  return Buffer.prototype.toString.call(bytes, 'latin1', start, end)
}

/** UTF-8 as text. */
export function utf8Of(bytes: Uint8Array, start = 0, end = bytes.byteLength): string {
  return Buffer.prototype.toString.call(bytes, 'utf8', start, end)
}

/** Does this text, which is ASCII, stand anywhere in the bytes? Several times as fast as looking in the text of them. */
export function holdsText(bytes: Uint8Array, text: string): boolean {
  return Buffer.prototype.indexOf.call(bytes, text) !== -1
}
