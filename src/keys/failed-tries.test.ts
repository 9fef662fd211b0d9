import { describe, expect, test } from 'bun:test'
import { VirtualClock } from '../../test/virtual-clock.ts'
import { FailedTries } from './failed-tries.ts'

function begin(perAddress = 3, inAll = 1_000) {
  const clock = new VirtualClock()
  return { clock, tries: new FailedTries(clock, { perAddress, inAll }) }
}

const often = (count: number, work: (number: number) => number): number[] =>
  Array.from({ length: count }, (_, number) => work(number))

describe('FailedTries', () => {
  test('lets so many pass a minute, and says how long to wait then', () => {
    const { clock, tries } = begin()
    expect(often(5, () => tries.failed('192.0.2.1'))).toEqual([0, 0, 0, 20, 20])
    expect([tries.waitOf('192.0.2.1'), tries.waitOf('192.0.2.2')]).toEqual([20, 0])
    clock.advance(19_999)
    expect(tries.failed('192.0.2.1')).toBe(1)
    clock.advance(1)
    expect(often(2, () => tries.failed('192.0.2.1'))).toEqual([0, 20])
    clock.advance(600_000)
    expect(often(4, () => tries.failed('192.0.2.1'))).toEqual([0, 0, 0, 20])
  })

  test('counts an IPv6 network as one address, however it is written', () => {
    const { tries } = begin()
    for (const address of ['2001:db8::1', '2001:db8:0:0:ffff::', '2001:db8:0:0:1:2:3:4'])
      tries.failed(address)
    expect(tries.waitOf('2001:db8::')).toBe(20)
    expect(tries.waitOf('2001:db8:0:1::1')).toBe(0)
    expect([tries.waitOf('::1'), tries.waitOf('::'), tries.waitOf('')]).toEqual([0, 0, 0])
  })

  test('counts all addresses together', () => {
    const { clock, tries } = begin(3, 10)
    expect(often(12, (number) => tries.failed(`192.0.2.${number}`)).filter((wait) => wait > 0)).toEqual([
      6, 6,
    ])
    clock.advance(6_000)
    expect(tries.failed('192.0.2.99')).toBe(0)
  })

  test('looks twice only at secrets that might be guessed, and only while somebody guesses', () => {
    const { tries } = begin()
    expect(tries.mayBeGuessed('short')).toBe(false)
    tries.failed('192.0.2.1')
    expect([tries.mayBeGuessed('short'), tries.mayBeGuessed('x'.repeat(32))]).toEqual([true, false])
  })

  test('remembers a bounded number of addresses', () => {
    const { tries } = begin(1, 1_000_000)
    tries.failed('192.0.2.1')
    for (let number = 0; number < 10_000; number += 1) tries.failed(`10.${number >> 8}.${number & 255}.1`)
    expect([tries.waitOf('192.0.2.1'), tries.waitOf('10.39.15.1')]).toEqual([0, 60])
  })

  test('counts nothing without limits, and begins anew with others', () => {
    const { tries } = begin(1)
    expect(often(2, () => tries.failed('192.0.2.1'))).toEqual([0, 60])
    tries.use(undefined)
    expect([tries.failed('192.0.2.1'), tries.waitOf('192.0.2.1'), tries.mayBeGuessed('short')]).toEqual([
      0,
      0,
      false,
    ])
    tries.use({ perAddress: 2, inAll: 10 })
    expect(often(3, () => tries.failed('192.0.2.1'))).toEqual([0, 0, 30])
  })
})
