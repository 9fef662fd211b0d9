import { describe, expect, test } from 'bun:test'
import { clientAddresses } from './client-address.ts'

describe('the address of a client', () => {
  const behindProxy = clientAddresses(['10.0.0.0/8', '::1', '127.0.0.1'])

  test.each([
    ['is the peer when nothing is forwarded', '10.1.1.1', null, '10.1.1.1'],
    [
      'is the peer when the peer is no trusted proxy, whatever it claims',
      '192.0.2.1',
      '127.0.0.1',
      '192.0.2.1',
    ],
    ['is what a trusted proxy says', '10.1.1.1', '203.0.113.7', '203.0.113.7'],
    [
      'is the last one that is no trusted proxy',
      '10.1.1.1',
      '127.0.0.1, 203.0.113.7, 10.2.2.2',
      '203.0.113.7',
    ],
    ['is the proxy when what it says is no address', '10.1.1.1', 'unknown', '10.1.1.1'],
    [
      'is an IPv4 address, also on a dual-stack socket',
      '::ffff:10.1.1.1',
      '::ffff:203.0.113.7',
      '203.0.113.7',
    ],
  ])('%s', (_name, peer, forwarded, expected) => {
    expect(behindProxy.of(peer, forwarded)).toBe(expected)
  })

  test('is local only when nobody stands in between', () => {
    expect(behindProxy.isLocal('127.0.0.1', null)).toBe(true)
    expect(behindProxy.isLocal('::1', null)).toBe(true)
    expect(behindProxy.isLocal('192.0.2.1', null)).toBe(false)
    expect(behindProxy.isLocal('127.0.0.1', '203.0.113.7')).toBe(false)
    expect(clientAddresses([]).isLocal('127.0.0.1', '127.0.0.1')).toBe(false)
  })

  test('is in a list when an address or a range on it has it', () => {
    const list = ['203.0.113.0/24', '2001:db8::/32']
    expect(behindProxy.isFrom(list, '10.1.1.1', '203.0.113.7')).toBe(true)
    expect(behindProxy.isFrom(list, '10.1.1.1', '2001:db8:1::7')).toBe(true)
    expect(behindProxy.isFrom(list, '::ffff:203.0.113.7', null)).toBe(true)
    expect(behindProxy.isFrom(list, '192.0.2.1', '203.0.113.7')).toBe(false)
    expect(behindProxy.isFrom(list, '', null)).toBe(false)
    expect(behindProxy.isFrom([], '203.0.113.7', null)).toBe(false)
  })
})
