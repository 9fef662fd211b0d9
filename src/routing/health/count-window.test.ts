import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { CountWindow } from './count-window.ts'

describe('a window of counts', () => {
  test('a count leaves with its slot, and not before', () => {
    const window = new CountWindow(30_000, 30)
    window.add(1_999)
    expect(window.sum(30_999)).toBe(1)
    expect(window.sum(31_000)).toBe(0)
  })

  test('what was forgotten does not leave a second time', () => {
    const window = new CountWindow(3_000, 3)
    window.add(0)
    window.forget()
    window.add(1_000)
    expect(window.sum(3_000)).toBe(1)
    expect(window.sum(9_000)).toBe(0)
  })

  test('it agrees with a list of all times', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(900), fc.boolean()), { maxLength: 60 }), (steps) => {
        const window = new CountWindow(1_200, 12)
        const times: number[] = []
        let nowMs = 0
        for (const [byMs, adds] of steps) {
          nowMs += byMs
          if (adds) {
            window.add(nowMs)
            times.push(nowMs)
          }
          const slot = Math.floor(nowMs / 100)
          expect(window.sum(nowMs)).toBe(times.filter((time) => Math.floor(time / 100) > slot - 12).length)
        }
      }),
    )
  })
})
