import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { carriedSeal, carrySeal, foreignSeal, sealMark } from './carried-seal.ts'

const carried = { from: 'gemini', seal: 'S', id: 'i', callId: '', redacted: false } as const

describe('a seal that travels through a client', () => {
  test('comes back as it went, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.boolean(), (seal, id, callId, redacted) => {
        const any = { from: 'anthropic-messages', seal, id, callId, redacted } as const
        expect(carriedSeal(carrySeal(any))).toEqual(any)
      }),
    )
  })

  test('is none of its own dialect where that one never marks seals', () => {
    expect(foreignSeal(carrySeal(carried), 'gemini')).toBeUndefined()
    expect(foreignSeal(carrySeal(carried), 'anthropic-messages')).toEqual(carried)
  })

  test('begins with a mark that is found in base64, too', () => {
    const mark = Buffer.from(sealMark).toString('base64')
    expect(mark).not.toContain('=')
    expect(Buffer.from(carrySeal(carried)).toString('base64')).toStartWith(mark)
  })

  test.each([
    ['gAAAAABseal=='],
    ['EqQBCgIYAhIM'],
    ['sallyport-seal:1:'],
    ['sallyport-seal:1:nobody:v:0:0:x'],
    ['sallyport-seal:1:gemini:v:9:9:x'],
    ['sallyport-seal:1:gemini:v:-1:0:x'],
    ['sallyport-seal:1:gemini:v:1e3:0:x'],
    ['sallyport-seal:1:gemini:x:0:0:x'],
  ])('is not found in %s', (text) => {
    expect(carriedSeal(text)).toBeUndefined()
  })
})
