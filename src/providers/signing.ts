// The header line that proves whose a request is. A key that could end the line, and so add lines of its own,
// is refused here, whoever let it in; messages never repeat the key.
import type { Signing } from './provider.ts'

/**
 * A key that cannot stand in a header. The message says what is wrong with it and where, and holds none of
 * it.
 */
export class UnusableSecret extends Error {
  constructor(problem: string) {
    super(
      `The key cannot be sent: ${problem}. Check where it comes from; nothing but the key may stand there.`,
    )
  }
}

/**
 * The header lines for this way of signing, each ended by CR LF. An empty secret stands for none, as local
 * servers are called, and gives no line. Throws UnusableSecret for a secret that holds anything but visible
 * ASCII.
 */
export function signingHeaders(signing: Signing, secret: string): string {
  if (signing.kind === 'none' || secret === '') return ''
  refuseUnusable(secret)
  return signing.kind === 'bearer' ? `authorization: Bearer ${secret}\r\n` : `${signing.name}: ${secret}\r\n`
}

function refuseUnusable(secret: string): void {
  const at = secret.search(/[^\x21-\x7e]/)
  if (at !== -1)
    throw new UnusableSecret(`character ${at + 1} of ${secret.length} is ${kindOf(secret.charCodeAt(at))}`)
}

function kindOf(code: number): string {
  if (code === 10 || code === 13) return 'a line break'
  if (code === 32 || code === 9) return 'a blank'
  return code < 32 || code === 127 ? 'a control character' : 'not ASCII'
}
