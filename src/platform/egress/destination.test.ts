import { describe, expect, test } from 'bun:test'
import { DestinationRefused, parseDestination } from './destination.ts'

describe("an operator's address", () => {
  test('keeps scheme, host and port, and no path', () => {
    expect(parseDestination('https://API.OpenAI.com/v1', 'operator')).toEqual({
      origin: 'https://api.openai.com:443',
      secure: true,
      hostname: 'api.openai.com',
      port: 443,
      operatorAddress: false,
    })
    expect(parseDestination('http://example.com.:8080', 'operator')).toMatchObject({
      origin: 'http://example.com:8080',
      hostname: 'example.com',
      port: 8080,
    })
    expect(parseDestination('http://[2001:DB8::1]/', 'operator')).toMatchObject({
      origin: 'http://[2001:db8::1]:80',
      hostname: '2001:db8::1',
    })
  })

  test('may be on this machine or in a private network, when it is written so', () => {
    const own = [
      'http://localhost:1',
      'http://localhost.:1',
      'http://127.0.0.1',
      'http://[::1]',
      'http://10.0.0.1',
    ]
    const foreign = ['http://169.254.169.254', 'http://example.com', 'http://[fe80::1]', 'http://0.0.0.0']
    for (const url of own) expect(parseDestination(url, 'operator').operatorAddress).toBe(true)
    for (const url of foreign) expect(parseDestination(url, 'operator').operatorAddress).toBe(false)
  })

  test('is read as the runtime reads it, however the number is spelled', () => {
    for (const host of ['0x7f.1', '2130706433', '0177.0.0.1', '127.1', '①②⑦.0.0.1']) {
      expect(parseDestination(`http://${host}/`, 'operator').hostname).toBe('127.0.0.1')
    }
    expect(parseDestination('https://a.example#.openai.azure.com', 'operator').hostname).toBe('a.example')
  })

  const odd = [
    '',
    'example.com',
    'ftp://example.com',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'unix:/run/a',
    'http://',
    'https://user@example.com',
    'https://:secret@example.com',
    'https://example.com:99999',
    'http://[::1',
    `https://example.com/${'a'.repeat(2_048)}`,
  ]
  for (const url of odd) {
    test(`is refused as "${url.slice(0, 40)}"`, () => {
      expect(() => parseDestination(url, 'operator')).toThrow(DestinationRefused)
    })
  }
})

describe('an address that somebody else names', () => {
  test('is https on a usual port', () => {
    expect(parseDestination('https://example.com:8443/hook', 'elsewhere').port).toBe(8443)
    expect(parseDestination('https://example.com', 'elsewhere').operatorAddress).toBe(false)
  })

  test('never counts as the operator’s own, so the address rules judge it', () => {
    expect(parseDestination('https://127.0.0.1', 'elsewhere').operatorAddress).toBe(false)
  })

  const refused = [
    'http://example.com',
    'https://example.com:22',
    'https://localhost',
    'https://LOCALHOST.',
    'https://a.localhost',
    'https://printer.local',
    'https://metadata.google.internal',
    'https://router.home.arpa',
  ]
  for (const url of refused) {
    test(`is refused as ${url}`, () => {
      expect(() => parseDestination(url, 'elsewhere')).toThrow(DestinationRefused)
    })
  }
})
