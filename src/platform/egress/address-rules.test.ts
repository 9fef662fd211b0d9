import { describe, expect, test } from 'bun:test'
import { isIPv4, isIPv6 } from 'node:net'
import fc from 'fast-check'
import { contains, isLoopback, isPrivate, isPublic, parseAddress, parseRange } from './address-rules.ts'
import type { Address, AddressRange } from './address-rules.ts'

function addressOf(text: string): Address {
  const address = parseAddress(text)
  if (address === undefined) throw new Error(`no address: ${text}`)
  return address
}

function rangeOf(text: string): AddressRange {
  const range = parseRange(text)
  if (range === undefined) throw new Error(`no range: ${text}`)
  return range
}

const refused: Readonly<Record<string, readonly string[]>> = {
  'this host': ['0.0.0.0', '0.1.2.3', '::'],
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  'shared address space': ['100.64.0.1', '100.127.255.255'],
  'link-local and cloud metadata': ['169.254.169.254', '169.254.0.1', 'fe80::1', 'febf::1', 'fd00:ec2::254'],
  'protocol assignments': ['192.0.0.1', '192.0.0.170', '192.0.0.255'],
  documentation: ['192.0.2.1', '198.51.100.1', '203.0.113.255', '2001:db8::1', '3fff::1'],
  benchmarking: ['198.18.0.1', '198.19.255.255', '2001:2::1'],
  'anycast relays': ['192.88.99.1', '192.31.196.1', '192.52.193.1', '192.175.48.1'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1'],
  'reserved and broadcast': ['240.0.0.1', '255.255.255.255', '4000::1', '8000::1', '100::1'],
  'unique local': ['fc00::1', 'fdff:ffff::1'],
  'site-local': ['fec0::1', 'feff::1'],
  'IPv4 in IPv6': ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:169.254.169.254'],
  'IPv4-compatible': ['::127.0.0.1', '::a9fe:a9fe', '::8.8.8.8'],
  'IPv4-translated': ['::ffff:0:127.0.0.1', '::ffff:0:8.8.8.8'],
  'NAT64 to a refused address': ['64:ff9b::7f00:1', '64:ff9b::10.0.0.1', '64:ff9b::169.254.169.254'],
  'local NAT64': ['64:ff9b:1::1', '64:ff9b:1::8.8.8.8', '64:ff9b:1:ffff::8.8.8.8'],
  '6to4': ['2002:7f00:1::1', '2002:a9fe:a9fe::', '2002:808:808::1'],
  'Teredo and other assignments': [
    '2001::1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    '2001:10::1',
    '2001:1ff::1',
  ],
}

describe('refused without the operator', () => {
  for (const [title, addresses] of Object.entries(refused)) {
    test(title, () => {
      expect(addresses.filter((text) => isPublic(addressOf(text)))).toEqual([])
    })
  }
})

test('public addresses are allowed, also mapped and behind NAT64, and those beside a refused range', () => {
  const allowed =
    '1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255 ' +
    '169.255.0.0 172.15.255.255 172.32.0.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255 ' +
    '2606:4700:4700::1111 2a00:1450:4001::64 2001:200:: 2001:4860:4860::8888 2003::1 ::ffff:8.8.8.8 64:ff9b::8.8.8.8'
  expect(allowed.split(' ').filter((text) => !isPublic(addressOf(text)))).toEqual([])
})

test('loopback and private are told from link-local, where metadata lives', () => {
  const loopback = ['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1']
  const own = ['10.0.0.1', '172.20.0.1', '192.168.0.1', '100.64.0.1', 'fd00::1', '::ffff:10.0.0.1']
  expect(loopback.map((text) => isLoopback(addressOf(text)))).toEqual(loopback.map(() => true))
  expect(own.map((text) => isPrivate(addressOf(text)))).toEqual(own.map(() => true))
  const neither = [
    '169.254.169.254',
    '::ffff:169.254.169.254',
    'fe80::1',
    '8.8.8.8',
    '::',
    '0.0.0.0',
    '::127.0.0.1',
  ]
  for (const text of neither) {
    expect([text, isLoopback(addressOf(text)), isPrivate(addressOf(text))]).toEqual([text, false, false])
  }
})

// The same question asked in another way: one number, and a list of first and last addresses.
const closed4: readonly (readonly [number, number])[] = [
  [0x00000000, 0x00ffffff],
  [0x0a000000, 0x0affffff],
  [0x64400000, 0x647fffff],
  [0x7f000000, 0x7fffffff],
  [0xa9fe0000, 0xa9feffff],
  [0xac100000, 0xac1fffff],
  [0xc0000000, 0xc00000ff],
  [0xc0000200, 0xc00002ff],
  [0xc01fc400, 0xc01fc4ff],
  [0xc034c100, 0xc034c1ff],
  [0xc0586300, 0xc05863ff],
  [0xc0a80000, 0xc0a8ffff],
  [0xc0af3000, 0xc0af30ff],
  [0xc6120000, 0xc613ffff],
  [0xc6336400, 0xc63364ff],
  [0xcb007100, 0xcb0071ff],
  [0xe0000000, 0xffffffff],
]
const isOpen4 = (bits: number) => !closed4.some(([first, last]) => bits >= first && bits <= last)
const dotted = (bits: number) => [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.')

/** Everywhere, and more often at the edges of the closed ranges. */
const ipv4 = fc.oneof(
  fc.nat(0xffff_ffff),
  fc
    .tuple(fc.constantFrom(...closed4.flat()), fc.integer({ min: -2, max: 2 }))
    .map(([edge, by]) => Math.min(0xffff_ffff, Math.max(0, edge + by))),
)

test('every IPv4 address is judged as by a list of first and last addresses, in each of its spellings', () => {
  fc.assert(
    fc.property(ipv4, (bits) => {
      const text = dotted(bits)
      const hex = `${(bits >>> 16).toString(16)}:${(bits & 0xffff).toString(16)}`
      for (const spelling of [
        text,
        `::ffff:${text}`,
        `::ffff:${hex}`,
        `0:0:0:0:0:FFFF:${hex}`,
        `64:ff9b::${text}`,
      ]) {
        expect([spelling, isPublic(addressOf(spelling))]).toEqual([spelling, isOpen4(bits)])
      }
      expect(isPublic(addressOf(`::${hex}`))).toBe(false)
      expect(isPublic(addressOf(`2002:${hex}::1`))).toBe(false)
    }),
    { numRuns: 500 },
  )
})

test('IPv6 outside of 2000::/3 is refused, whatever it is', () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const first = Number(addressOf(text).groups[0])
      const isMapped = /^[0:]*:ffff:/i.test(text) || /^(0{0,2}64):ff9b:/i.test(text)
      if (!isMapped && (first < 0x2000 || first > 0x3fff)) expect(isPublic(addressOf(text))).toBe(false)
    }),
  )
})

describe('reading an address', () => {
  test('agrees with the runtime on what is one', () => {
    const odd = fc.stringMatching(/^[0-9a-f:.]{0,24}$/)
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), odd), (text) => {
        expect([text, parseAddress(text)?.version]).toEqual([
          text,
          isIPv4(text) ? 4 : isIPv6(text) ? 6 : undefined,
        ])
      }),
      { numRuns: 1_000 },
    )
  })

  test('gives one value for all spellings', () => {
    for (const text of ['2001:0DB8:0:0:0:0:0:1', '2001:db8::1', '2001:db8:0::0:0.0.0.1']) {
      expect(addressOf(text).groups).toEqual([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1])
    }
  })

  const none =
    '|1.2.3|1.2.3.4.5|256.1.1.1|01.2.3.4|1.2.3.4 | 1.2.3.4|0x7f.0.0.1|2130706433|127.1|1.2.3.-4|1.2.3.4:80|a.b.c.d|' +
    ':|:::|1:2:3:4:5:6:7|1:2:3:4:5:6:7:8:9|1::2::3|::12345|::g|[::1]|fe80::1%eth0|1.2.3.4::|::1.2.3.4:5|' +
    '::1.2.3|:1:2:3:4:5:6:7|1:2:3:4:5:6:7:|1:2:3:4:5:6:7::8|localhost|1.2.3.4/8'
  for (const text of none.split('|')) {
    test(`refuses "${text}"`, () => {
      expect(parseAddress(text)).toBeUndefined()
    })
  }
})

describe('reading a range', () => {
  test('takes an address, a prefix and a port', () => {
    expect(rangeOf('10.1.2.3')).toEqual({ version: 4, base: [0x0a01, 0x0203], prefix: 32, port: undefined })
    expect(rangeOf('10.0.0.0/8:8000')).toMatchObject({ prefix: 8, port: 8000 })
    expect(rangeOf('10.1.2.3:80')).toMatchObject({ prefix: 32, port: 80 })
    expect(rangeOf('fd00::/8')).toMatchObject({ version: 6, prefix: 8, port: undefined })
    expect(rangeOf('[fd00::/8]:8000')).toMatchObject({ version: 6, prefix: 8, port: 8000 })
    expect(rangeOf('[::1]')).toMatchObject({ version: 6, prefix: 128 })
    expect(rangeOf('0.0.0.0/0')).toMatchObject({ prefix: 0 })
  })

  test('refuses what is odd', () => {
    const odd =
      '|10.0.0.0/33|10.0.0.0/-1|10.0.0.0/|10.0.0.0/8/8|10.0.0.0/a|10.0.0.0/ 8|fd00::/129|10.0.0.0/8:0|1.2.3.4:|' +
      '10.0.0.0/8:65536|10.0.0.0/8:x|[fd00::/8|fd00::/8]|[fd00::/8]8000|[]|example.com|10.0.0.0/8:80:80|*'
    expect(odd.split('|').filter((text) => parseRange(text) !== undefined)).toEqual([])
  })

  test('holds its own addresses to the last bit and no others', () => {
    const tests = [
      ['10.0.0.0/8', '10.255.255.255', '11.0.0.0'],
      ['10.1.2.3', '10.1.2.3', '10.1.2.2'],
      ['192.168.4.0/22', '192.168.7.255', '192.168.8.0'],
      ['fd00::/8', 'fdff::1', 'fe00::1'],
      ['2001:db8::/33', '2001:db8:7fff::', '2001:db8:8000::'],
      ['::1', '::1', '::2'],
      ['0.0.0.0/0', '255.255.255.255', '::1'],
      ['::/0', 'ffff::', '1.2.3.4'],
    ] as const
    for (const [range, inside, outside] of tests) {
      expect(contains(rangeOf(range), addressOf(inside))).toBe(true)
      expect(contains(rangeOf(range), addressOf(outside))).toBe(false)
    }
  })

  test('can be written down as JSON, because settings are compared that way', () => {
    expect(JSON.stringify(rangeOf('10.0.0.0/8'))).toBe('{"version":4,"base":[2560,0],"prefix":8}')
  })
})
