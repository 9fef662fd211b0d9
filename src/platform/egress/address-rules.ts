// Which addresses may be connected to. Everything that IANA has set aside (https://www.iana.org/assignments/
// iana-ipv4-special-registry, iana-ipv6-special-registry, seen 2026-11-21) is refused, in every spelling that hides one
// address inside another.
import { isIPv4, isIPv6 } from 'node:net'

/** An address as a number, 32 or 128 bits. */
export interface Address {
  readonly version: 4 | 6
  readonly bits: bigint
}

/** A range of addresses, and the one port it is meant for, if any. */
export interface AddressRange {
  readonly version: 4 | 6
  readonly base: bigint
  readonly prefix: number
  readonly port: number | undefined
}

/** Reads an IP address without brackets or zone; undefined when it is none. */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { version: 4, bits: bitsOfIPv4(text) }
  return isIPv6(text) && !text.includes('%') ? { version: 6, bits: bitsOfIPv6(text) } : undefined
}

/** Reads `10.0.0.0/8`, `fd00::/8`, `10.1.2.3` or any of them with `:port` (IPv6 in brackets). Undefined when odd. */
export function parseRange(text: string): AddressRange | undefined {
  const match = /^(?:\[([^\]]+)\]|([^[\]:]+|[^[\]]*:[^[\]]*:[^[\]]*?))(?::(\d{1,5}))?$/.exec(text)
  const [host = '', length] = (match?.[1] ?? match?.[2] ?? '').split('/')
  const address = parseAddress(host)
  if (address === undefined) return undefined
  const bitsMax = address.version === 4 ? 32 : 128
  const prefix = length === undefined ? bitsMax : Number(length)
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > bitsMax) return undefined
  const port = match?.[3] === undefined ? undefined : Number(match[3])
  return { version: address.version, base: address.bits, prefix, port }
}

/** Is the address in the range? */
export function contains(range: AddressRange, address: Address): boolean {
  if (range.version !== address.version) return false
  const shift = BigInt((range.version === 4 ? 32 : 128) - range.prefix)
  return range.base >> shift === address.bits >> shift
}

/** May a connection go there? `allowed` are the operator's own exceptions. */
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

/** The IPv4 address that an IPv6 address stands for: mapped, compatible, NAT64, 6to4. */
function embeddedIPv4({ bits }: Address): Address | undefined {
  const high = bits >> 32n
  const low = bits & 0xffff_ffffn
  if (high === 0xffffn || high === 0n || high === 0x64_ff9b_0000_0000_0000_0000n) {
    // `::` and `::1` are addresses of their own, and refused as such.
    return bits <= 1n ? undefined : { version: 4, bits: low }
  }
  if (bits >> 112n === 0x2002n) return { version: 4, bits: (bits >> 80n) & 0xffff_ffffn }
  return undefined
}

function bitsOfIPv4(text: string): bigint {
  return text.split('.').reduce((bits, part) => (bits << 8n) | BigInt(part), 0n)
}

function bitsOfIPv6(text: string): bigint {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  const hex = dotted === null ? text : `${dotted[1]}${hexPair(bitsOfIPv4(dotted[2] ?? ''))}`
  const [left = '', right] = hex.split('::')
  const head = left === '' ? [] : left.split(':')
  const tail = right === undefined || right === '' ? [] : right.split(':')
  const middle = right === undefined ? [] : Array<string>(8 - head.length - tail.length).fill('0')
  return [...head, ...middle, ...tail].reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n)
}

function hexPair(bits: bigint): string {
  return `${(bits >> 16n).toString(16)}:${(bits & 0xffffn).toString(16)}`
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
const special6 = ranges('2001::/23', '2001:db8::/32', '2620:4f:8000::/48', '3fff::/20')
