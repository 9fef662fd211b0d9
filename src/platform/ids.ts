// Ids that are unique, sort roughly by time and cannot be guessed (UUIDv7, RFC 9562, in 22 characters).

/** A new id such as `call_AZqx…`. An id is a label: no correctness rests on its order. */
export function newId(prefix: 'call' | 'att' | 'gw'): string {
  return `${prefix}_${Bun.randomUUIDv7('base64url')}`
}
