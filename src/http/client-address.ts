// From which address does a request come? The peer's, unless the peer is a proxy that the operator trusts: then the
// last address in X-Forwarded-For that is not such a proxy.
import { contains, parseAddress, parseRange } from '../platform/egress/address-rules.ts'
import type { AddressRange } from '../platform/egress/address-rules.ts'

export interface ClientAddresses {
  /** False where no proxy is trusted: then nothing that is forwarded changes whose address it is. */
  readonly trustsProxies: boolean
  /** The client's address. `forwarded` is the X-Forwarded-For header or null. */
  of(peer: string, forwarded: string | null): string
  /** Is it this very machine, and nobody in between? */
  isLocal(peer: string, forwarded: string | null): boolean
  /** Is the client's address one of these, or in one of these ranges? */
  isFrom(allowed: readonly string[], peer: string, forwarded: string | null): boolean
}

/** `trusted`: addresses and CIDR ranges of proxies, checked by the config. */
export function clientAddresses(trusted: readonly string[]): ClientAddresses {
  const proxies = ranges(trusted)
  const of = (peer: string, forwarded: string | null): string => {
    let address = plainAddress(peer)
    if (forwarded === null) return address
    for (const hop of forwarded.split(',').reverse()) {
      if (!isIn(proxies, address)) return address
      const before = plainAddress(hop.trim())
      if (parseAddress(before) === undefined) return address
      address = before
    }
    return address
  }
  return {
    trustsProxies: proxies.length > 0,
    of,
    isLocal: (peer, forwarded) => {
      const address = of(peer, forwarded)
      // A proxy on this machine that nobody declared makes every caller look local, so its mark speaks against it.
      if (forwarded !== null && address === plainAddress(peer)) return false
      return isIn(loopback, address)
    },
    isFrom: (allowed, peer, forwarded) => isIn(rangesOf(allowed), of(peer, forwarded)),
  }
}

/** The list of a key is the same one for each of its calls. */
const read = new WeakMap<readonly string[], readonly AddressRange[]>()

function rangesOf(texts: readonly string[]): readonly AddressRange[] {
  const known = read.get(texts)
  if (known !== undefined) return known
  const found = ranges(texts)
  read.set(texts, found)
  return found
}

/** Nothing that only leads to this machine, such as an IPv6 address with 127.0.0.1 inside. */
const loopback = ranges(['127.0.0.0/8', '::1'])

function ranges(texts: readonly string[]): readonly AddressRange[] {
  return texts.flatMap((text) => parseRange(text) ?? [])
}

function isIn(all: readonly AddressRange[], text: string): boolean {
  const address = parseAddress(text)
  return address !== undefined && all.some((range) => contains(range, address))
}

/** `::ffff:10.0.0.1`, as a dual-stack socket shows an IPv4 peer, is that IPv4 address. */
function plainAddress(address: string): string {
  return address.startsWith('::') ? address.replace(/^::ffff:(?=\d+\.)/i, '') : address
}
