import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { carriedSeal, carrySeal } from './carried-seal.ts'

describe('a seal of another dialect', () => {
  test('comes back as it went, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (seal, id, callId) => {
        const carried = { from: 'gemini', seal, id, callId } as const
        expect(carriedSeal(carrySeal(carried))).toEqual(carried)
      }),
    )
  })

  test.each([
    ['EqQBCgIYAhIM'],
    ['sallyport-seal:1:'],
    ['sallyport-seal:1:nobody:0:0:x'],
    ['sallyport-seal:1:gemini:9:9:x'],
    ['sallyport-seal:1:gemini:-1:0:x'],
    ['sallyport-seal:1:gemini:1e3:0:x'],
    ['sallyport-seal:1:anthropic-messages:0:0:x'],
  ])('is not found in %s', (text) => {
    expect(carriedSeal(text)).toBeUndefined()
  })
})
