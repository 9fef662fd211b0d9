// Where bytes may go, as an operator or somebody else writes it: a URL, judged once. The address behind its name is
// judged again at each connection (address-rules.ts).
import type { Destination } from '../../core/egress.ts'
import { isLoopback, isPrivate, parseAddress } from './address-rules.ts'

/** A URL that nothing may be sent to. The message says why. */
export class DestinationRefused extends Error {
  constructor(reason: string) {
    super(`This address cannot be used: ${reason}.`)
  }
}

const urlCharsMax = 2048
const hiddenNames = [/\.localhost$/, /\.local$/, /\.internal$/, /\.home\.arpa$/]

/**
 * Reads a base URL. `operator`: it stands in the config, so an address on this machine or in a private network is
 * meant. `elsewhere`: somebody else named it. Throws DestinationRefused.
 */
export function parseDestination(url: string, origin: 'operator' | 'elsewhere'): Destination {
  if (url.length > urlCharsMax) throw new DestinationRefused(`it is longer than ${urlCharsMax} characters`)
  const parsed = URL.parse(url)
  if (parsed === null) throw new DestinationRefused('it is no URL')
  const secure = parsed.protocol === 'https:'
  if (!secure && parsed.protocol !== 'http:') throw new DestinationRefused('only http and https are spoken')
  if (parsed.username !== '' || parsed.password !== '')
    throw new DestinationRefused('it holds a user or password')
  const hostname = parsed.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (hostname === '') throw new DestinationRefused('it has no host')
  const port = parsed.port === '' ? (secure ? 443 : 80) : Number(parsed.port)
  if (origin === 'elsewhere') refuseForeign(hostname, { secure, port })
  const shownHost = hostname.includes(':') ? `[${hostname}]` : hostname
  return {
    origin: `${parsed.protocol}//${shownHost}:${port}`,
    secure,
    hostname,
    port,
    operatorAddress: origin === 'operator' && isOwnPlace(hostname),
  }
}

function refuseForeign(hostname: string, { secure, port }: { secure: boolean; port: number }): void {
  if (!secure) throw new DestinationRefused('only https is spoken')
  if (port !== 443 && port !== 8443) throw new DestinationRefused(`port ${port} is not open`)
  if (hostname === 'localhost' || hiddenNames.some((name) => name.test(hostname))) {
    throw new DestinationRefused('its name is one of a private network')
  }
}

function isOwnPlace(hostname: string): boolean {
  if (hostname === 'localhost') return true
  const address = parseAddress(hostname)
  return address !== undefined && (isLoopback(address) || isPrivate(address))
}
