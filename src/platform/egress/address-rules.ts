// Which addresses may be connected to. Everything that IANA has set aside (https://www.iana.org/assignments/
// iana-ipv4-special-registry, iana-ipv6-special-registry, seen 2026-11-21) is refused, in every spelling that hides one
// address inside another.

/** An address in groups of 16 bits: two for IPv4, eight for IPv6. */
export interface Address {
  readonly version: 4 | 6
  readonly groups: readonly number[]
}

/** A range of addresses, and the one port it is meant for, if any. */
export interface AddressRange {
  readonly version: 4 | 6
  readonly base: readonly number[]
  readonly prefix: number
  readonly port: number | undefined
}

/** Reads an IP address without brackets or zone; undefined when it is none. */
export function parseAddress(text: string): Address | undefined {
  const groups = text.includes(':') ? groupsOfIPv6(text) : groupsOfIPv4(text)
  return groups === undefined ? undefined : { version: groups.length === 2 ? 4 : 6, groups }
}

/** Reads `10.0.0.0/8`, `fd00::/8`, `10.1.2.3` or any of them with `:port` (IPv6 in brackets). Undefined when odd. */
export function parseRange(text: string): AddressRange | undefined {
  const match = rangeSyntax.exec(text)
  const [host = '', length, ...rest] = (match?.[1] ?? match?.[3] ?? match?.[5] ?? '').split('/')
  const address = parseAddress(host)
  if (address === undefined || rest.length > 0) return undefined
  const bitsMax = address.version === 4 ? 32 : 128
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined
  const prefix = length === undefined ? bitsMax : Number(length)
  const portText = match?.[2] ?? match?.[4]
  const port = portText === undefined ? undefined : Number(portText)
  if (prefix > bitsMax || (port !== undefined && (port < 1 || port > 65_535))) return undefined
  return { version: address.version, base: address.groups, prefix, port }
}

/** In brackets, then perhaps a port; without a colon, then perhaps a port; without either. */
const rangeSyntax = /^(?:\[([^\]]+)\](?::(\d{1,5}))?|([^[\]:]+)(?::(\d{1,5}))?|([^[\]]+))$/

/** Is the address in the range? */
export function contains(range: AddressRange, address: Address): boolean {
  if (range.version !== address.version) return false
  let left = range.prefix
  for (let at = 0; left > 0; at += 1) {
    const shift = Math.max(0, 16 - left)
    if (Number(range.base[at]) >> shift !== Number(address.groups[at]) >> shift) return false
    left -= 16
  }
  return true
}

/** Is all of a range in the other one? Ports are not looked at. */
export function isWithin({ version, base, prefix }: AddressRange, outer: AddressRange): boolean {
  return prefix >= outer.prefix && contains(outer, { version, groups: base })
}

/** May a connection go there without the operator's leave? */
export function isPublic(address: Address): boolean {
  if (address.version === 4) return !special4.some((range) => contains(range, address))
  const inner = embeddedIPv4(address)
  if (inner !== undefined) return isPublic(inner)
  return contains(globalUnicast, address) && !special6.some((range) => contains(range, address))
}

export function isLoopback(address: Address): boolean {
  return loopback.some((range) => contains(range, plain(address)))
}

/** A network of one's own: RFC 1918, unique local, shared address space. Not link-local, where metadata lives. */
export function isPrivate(address: Address): boolean {
  return ownNetworks.some((range) => contains(range, plain(address)))
}

function plain(address: Address): Address {
  return (address.version === 6 ? embeddedIPv4(address) : undefined) ?? address
}

/**
 * The IPv4 address that an IPv6 address stands for: mapped, or behind NAT64 (which a network without IPv4 needs). The
 * other kinds, compatible and 6to4, are out of use and refused whatever they hold.
 */
function embeddedIPv4({ groups }: Address): Address | undefined {
  const last = groups.slice(6)
  const isZero = (from: number, to: number) => groups.slice(from, to).every((group) => group === 0)
  if (isZero(0, 5) && groups[5] === 0xffff) return { version: 4, groups: last }
  if (groups[0] === 0x64 && groups[1] === 0xff9b && isZero(2, 6)) return { version: 4, groups: last }
  return undefined
}

const octetSyntax = /^(?:0|[1-9]\d{0,2})$/
const groupSyntax = /^[0-9a-f]{1,4}$/i

function groupsOfIPv4(text: string): readonly number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => octetSyntax.test(part) && Number(part) <= 255))
    return undefined
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number)
  return [a * 256 + b, c * 256 + d]
}

function groupsOfIPv6(text: string): readonly number[] | undefined {
  const [left = '', right, ...more] = text.split('::')
  if (more.length > 0) return undefined
  const head = groupsOfHalf(left, right === undefined)
  const tail = groupsOfHalf(right ?? '', true)
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  // `::` stands for at least one group.
  if (right === undefined ? missing !== 0 : missing < 1) return undefined
  return [...head, ...Array<number>(missing).fill(0), ...tail]
}

/** One side of `::`. Only the end of an address may be written as IPv4. */
function groupsOfHalf(text: string, isEnd: boolean): readonly number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const dotted = isEnd && parts.at(-1)?.includes('.') === true ? groupsOfIPv4(parts.pop() ?? '') : []
  if (dotted === undefined || !parts.every((part) => groupSyntax.test(part))) return undefined
  return [...parts.map((part) => Number.parseInt(part, 16)), ...dotted]
}

function ranges(...texts: string[]): AddressRange[] {
  return texts.map((text) => {
    const range = parseRange(text)
    if (range === undefined) throw new Error(`not a range: ${text}`)
    return range
  })
}

const loopback = ranges('127.0.0.0/8', '::1')
const ownNetworks = ranges('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7')
const special4 = ranges(
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
)
const [globalUnicast] = ranges('2000::/3') as [AddressRange]
const special6 = ranges('2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20')
