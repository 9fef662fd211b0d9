import { describe, expect, test } from 'bun:test'
import {
  addressRange,
  destinationRange,
  duration,
  label,
  list,
  onOff,
  secretReference,
  size,
  webAddress,
} from './setting-values.ts'

const range = addressRange()
const destination = destinationRange()
const reference = secretReference()
const address = webAddress('write an address')

describe('a duration', () => {
  const wait = duration('100ms', '1h')

  test('is read as milliseconds', () => {
    expect(['100ms', '1.5s', '2m', '1h', '0.5h'].map((text) => wait.parse(text))).toEqual([
      100, 1_500, 120_000, 3_600_000, 1_800_000,
    ])
  })

  test('may be days, where its bounds are', () => {
    const keep = duration('1h', '30d')
    expect([keep.parse('30d'), keep.safeParse('31d').success]).toEqual([2_592_000_000, false])
  })

  test('is neither shorter nor longer than its bounds', () => {
    expect(['99ms', '100ms', '1h', '61m'].map((text) => wait.safeParse(text).success)).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  test('needs a number and a unit of time, and nothing else', () => {
    for (const text of [
      '',
      '5',
      's',
      '-5s',
      '5 s',
      '5S',
      '5w',
      '1e3s',
      '5s ',
      '5sm',
      '٥s',
      5,
      null,
      ['5s'],
    ]) {
      expect(wait.safeParse(text).success).toBe(false)
    }
  })
})

describe('a size', () => {
  const body = size('1KB', '1GB')

  test('is read as bytes', () => {
    expect(['1KB', '10MB', '1.5MiB', '1GB', '2048B', '1KiB'].map((text) => body.parse(text))).toEqual([
      1_000, 10_000_000, 1_572_864, 1_000_000_000, 2_048, 1_024,
    ])
  })

  test('is neither smaller nor larger than its bounds', () => {
    expect(['999B', '1000B', '1GB', '1GiB'].map((text) => body.safeParse(text).success)).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  test('needs a number and a unit of bytes, and nothing else', () => {
    for (const text of ['', '10', '10mb', '10 MB', '-1MB', '10M', 10, true]) {
      expect(body.safeParse(text).success).toBe(false)
    }
  })
})

describe('an address range', () => {
  test('is an address of either kind, with or without a prefix', () => {
    for (const text of [
      '1.2.3.4',
      '0.0.0.0/0',
      '10.0.0.0/8',
      '255.255.255.255/32',
      '::',
      '::1/128',
      'fd00::/8',
    ]) {
      expect([text, range.safeParse(text).success]).toEqual([text, true])
    }
    expect(range.safeParse('::ffff:10.0.0.1').success).toBe(true)
  })

  test('is nothing else', () => {
    const odd = [
      '',
      '1.2.3',
      '1.2.3.4.5',
      '1.2.3.256',
      '01.2.3.4',
      '1.2.3.4.',
      '0x7f.1',
      '127.1',
      '10.0.0.0/33',
    ]
    const odd6 = [
      ':',
      ':::',
      '::/129',
      '1::2::3',
      'fe80::1%eth0',
      '[::1]',
      '12345::',
      'host',
      '10.0.0.0/8/8',
      '10.0.0.0/',
    ]
    for (const text of [...odd, ...odd6, '10.0.0.0/8:80']) {
      expect([text, range.safeParse(text).success]).toEqual([text, false])
    }
  })

  test('may have a port where connections are meant', () => {
    for (const text of [
      '10.0.0.0/8',
      'fd00::/8',
      '10.0.0.0/8:8000',
      '10.0.0.1:1',
      '[fd00::/8]:65535',
      '[::1]:80',
    ]) {
      expect([text, destination.safeParse(text).success]).toEqual([text, true])
    }
    for (const text of [
      '10.0.0.0/8:0',
      '10.0.0.0/8:65536',
      '10.0.0.0/8:',
      ':80',
      '[::1]',
      '[10.0.0.1',
      'host:80',
    ]) {
      expect([text, destination.safeParse(text).success]).toEqual([text, false])
    }
  })
})

test('a secret reference names a variable or a file', () => {
  for (const text of ['env:A', 'env:_a1', 'file:/run/secrets/key', 'file:my key']) {
    expect(reference.safeParse(text).success).toBe(true)
  }
  for (const text of [
    '',
    'env:',
    'env:1A',
    'env:A B',
    'env:A-B',
    'file:',
    'file: a',
    'ENV:A',
    'sk-123',
    'file:a\nb',
  ]) {
    expect([text, reference.safeParse(text).success]).toEqual([text, false])
  }
})

test('no advice about a secret repeats what was written', () => {
  for (const text of ['sk-canary', 'vault:canary', 'env:can-ary canary', 'file: canary', 'Bearer canary']) {
    const read = reference.safeParse(text)
    expect(read.success).toBe(false)
    expect(read.error?.issues.map(({ message }) => message).join()).not.toContain('canary')
  }
})

test('an address is http or https, and holds neither credentials nor placeholders', () => {
  expect(address.parse('https://api.example.com/v1//')).toBe('https://api.example.com/v1')
  expect(address.parse('http://[::1]:8000')).toBe('http://[::1]:8000')
  const odd = [
    '',
    'x',
    'example.com',
    'ftp://h',
    'http:/h',
    'http://',
    'http://@h',
    'http://u@h',
    'http://h?a',
    'http://h#',
  ]
  for (const text of [
    ...odd,
    'http://h/<id>',
    'http://h/{id}',
    'http://h a',
    `http://h/${'a'.repeat(2_048)}`,
  ]) {
    expect([text, address.safeParse(text).success]).toEqual([text, false])
  }
})

test('a switch takes both spellings of YAML', () => {
  expect(['on', true, 'off', false].map((word) => onOff().parse(word))).toEqual([true, true, false, false])
  for (const word of ['yes', 'On', 1, '', null]) expect(onOff().safeParse(word).success).toBe(false)
})

test('a list has a bound', () => {
  const words = list(label(), 2)
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map((each) => words.safeParse(each).success)).toEqual([
    true,
    true,
    true,
    false,
  ])
})
