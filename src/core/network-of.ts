// Who an address stands for, where each is allowed only so much: whoever has an IPv6 address has all of its network's, and
// 64 bits of those are more than anybody can count.

/** An IPv4 address as it is; the network of 64 bits of an IPv6 address, whatever spelling it came in. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const [front = '', back] = address.split('::')
  const groups = front === '' ? [] : front.split(':')
  const behind = back === undefined || back === '' ? [] : back.split(':')
  const missing = back === undefined ? 0 : Math.max(0, 8 - groups.length - behind.length)
  const all = [...groups, ...Array.from({ length: missing }, () => '0'), ...behind]
  const network = all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `${network.join(':')}::/64`
}
