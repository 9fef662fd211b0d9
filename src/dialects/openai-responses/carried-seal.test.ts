import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { carriedSeal, carrySeal } from './carried-seal.ts'

describe('a seal that travels through a client', () => {
  test('comes back as it went, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.boolean(), (seal, id, callId, redacted) => {
        const carried = { from: 'anthropic-messages', seal, id, callId, redacted } as const
        expect(carriedSeal(carrySeal(carried))).toEqual(carried)
      }),
    )
  })

  test.each([
    ['gAAAAABseal=='],
    ['sallyport-seal:1:'],
    ['sallyport-seal:1:nobody:v:0:0:x'],
    ['sallyport-seal:1:gemini:v:9:9:x'],
    ['sallyport-seal:1:gemini:v:-1:0:x'],
    ['sallyport-seal:1:gemini:x:0:0:x'],
  ])('is not found in %s', (text) => {
    expect(carriedSeal(text)).toBeUndefined()
  })
})
