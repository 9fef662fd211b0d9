import { expect, test } from 'bun:test'
import { hidingSecret } from './hide-secret.ts'

const secret = 'sk-live/canary+0123=ab.c'
const hide = hidingSecret(secret)

test.each([
  ['as it is', secret],
  ['in JSON of another language', secret.replaceAll('/', '\\/')],
  [
    'with escapes of JSON',
    Array.from(secret, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`).join(''),
  ],
  ['in a URL', encodeURIComponent(secret)],
  ['in a URL, in small letters', encodeURIComponent(secret).replaceAll(/%../g, (code) => code.toLowerCase())],
  ['as Base64', Buffer.from(secret).toString('base64')],
])('a secret is hidden: %s', (_, spelled) => {
  expect(hide(`before ${spelled} after`)).toBe(
    'before [redacted] after'.replace('] ', spelled.endsWith('=') ? ']= ' : '] '),
  )
})

test('nothing else is, and no secret is none', () => {
  expect(hide('sk-live/canary+0123=ab-c')).toBe('sk-live/canary+0123=ab-c')
  expect(hidingSecret('')('text')).toBe('text')
})

test('a text that nearly has it again and again is looked through once', () => {
  const long = secret.slice(0, -1).repeat(20_000)
  const startMs = performance.now()
  expect(hide(long)).toBe(long)
  expect(performance.now() - startMs).toBeLessThan(1_000)
})
