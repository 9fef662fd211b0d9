// From which address does a request come? The peer's, unless the peer is a proxy that the operator trusts: then the
// last address in X-Forwarded-For that is not such a proxy.
import { BlockList, isIP } from 'node:net'

export interface ClientAddresses {
  /** The client's address. `forwarded` is the X-Forwarded-For header or null. */
  of(peer: string, forwarded: string | null): string
  /** Is it this very machine, and nobody in between? */
  isLocal(peer: string, forwarded: string | null): boolean
}

/** `trusted`: addresses and CIDR ranges of proxies, checked by the config. */
export function clientAddresses(trusted: readonly string[]): ClientAddresses {
  const proxies = blockList(trusted)
  const of = (peer: string, forwarded: string | null): string => {
    let address = plainAddress(peer)
    if (forwarded === null) return address
    for (const hop of forwarded.split(',').reverse()) {
      if (!proxies.check(address, family(address))) return address
      const before = plainAddress(hop.trim())
      if (isIP(before) === 0) return address
      address = before
    }
    return address
  }
  return {
    of,
    isLocal: (peer, forwarded) => {
      const address = of(peer, forwarded)
      // A proxy on this machine that nobody declared makes every caller look local, so its mark speaks against it.
      if (forwarded !== null && address === plainAddress(peer)) return false
      return loopback.check(address, family(address))
    },
  }
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/')
    if (prefix === undefined) list.addAddress(address, family(address))
    else list.addSubnet(address, Number(prefix), family(address))
  }
  return list
}

const loopback = blockList(['127.0.0.0/8', '::1'])

function family(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}

/** `::ffff:10.0.0.1`, as a dual-stack socket shows an IPv4 peer, is that IPv4 address. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}
