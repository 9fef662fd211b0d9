import { describe, expect, test } from 'bun:test'
import { VirtualClock } from '../../test/virtual-clock.ts'
import { Deadlines } from './deadlines.ts'

describe('deadlines', () => {
  test('fire once, never early, at most a tenth of a second late', () => {
    const clock = new VirtualClock()
    const deadlines = new Deadlines(clock)
    const fired: number[] = []
    deadlines.set(120, () => fired.push(clock.nowMs()))
    clock.advance(119)
    expect(fired).toEqual([])
    clock.advance(101)
    expect(fired).toHaveLength(1)
    clock.advance(1000)
    expect(fired).toHaveLength(1)
  })

  test('a cancelled one does not fire, and a moved one fires later', () => {
    const clock = new VirtualClock()
    const deadlines = new Deadlines(clock)
    const fired: string[] = []
    deadlines.set(100, () => fired.push('cancelled')).cancel()
    const moved = deadlines.set(100, () => fired.push('moved'))
    clock.advance(90)
    moved.extend(100)
    clock.advance(90)
    expect(fired).toEqual([])
    clock.advance(110)
    expect(fired).toEqual(['moved'])
  })

  test('no timer runs while there is none', () => {
    const clock = new VirtualClock()
    const deadlines = new Deadlines(clock)
    deadlines.set(10, () => {})
    clock.advance(200)
    expect(clock.pending).toBe(0)
    expect(deadlines.size).toBe(0)
  })

  test('one that throws does not stop the others', () => {
    const clock = new VirtualClock()
    const deadlines = new Deadlines(clock)
    const fired: string[] = []
    deadlines.set(10, () => {
      throw new Error('a bug')
    })
    deadlines.set(200, () => fired.push('later'))
    expect(() => clock.advance(60)).toThrow('a bug')
    clock.advance(300)
    expect(fired).toEqual(['later'])
  })

  test('after a standstill what came meanwhile is read before anybody is called late', () => {
    const clock = new VirtualClock()
    const deadlines = new Deadlines(clock)
    const fired: string[] = []
    const moved = deadlines.set(100, () => fired.push('moved'))
    deadlines.set(100, () => fired.push('late'))
    clock.stall(2_000)
    clock.advance(0)
    expect(fired).toEqual([])
    moved.extend(100)
    clock.advance(60)
    expect(fired).toEqual(['late'])
    clock.advance(200)
    expect(fired).toEqual(['late', 'moved'])
  })

  test('one may set another while it fires', () => {
    const clock = new VirtualClock()
    const deadlines = new Deadlines(clock)
    const fired: string[] = []
    deadlines.set(10, () => deadlines.set(10, () => fired.push('second')))
    clock.advance(300)
    expect(fired).toEqual(['second'])
  })
})
