// Google counts the places of citations in bytes of UTF-8, our words in characters.

export function charactersOf(text: string, bytes: number): number {
  return Buffer.from(text).subarray(0, bytes).toString().length
}

export function bytesOf(text: string, characters: number): number {
  return Buffer.byteLength(text.slice(0, characters))
}
