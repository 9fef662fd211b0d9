import { expect, test } from 'bun:test'
import { webhookKeyOf } from './webhook-key.ts'
import { WebhookKeys } from './webhook-keys.ts'

const [first, second, third] = [1, 2, 3].map(
  (fill) => `whsec_${Buffer.alloc(24, fill).toString('base64')}`,
) as [string, string, string]
const dayMs = 24 * 60 * 60 * 1000

function told(keys: readonly { readonly key: Uint8Array; readonly untilMs: number }[]): unknown {
  return keys.map(({ key, untilMs }) => [key[0], untilMs])
}

test('a secret that was changed signs for a day more, the new one first', () => {
  const keys = new WebhookKeys()
  expect(told(keys.of('ops', { now: first }, 0))).toEqual([[1, Infinity]])
  expect(told(keys.of('ops', { now: second }, 1_000))).toEqual([
    [2, Infinity],
    [1, dayMs + 1_000],
  ])
  // A reload that changes something else is no change of the secret.
  expect(told(keys.of('ops', { now: second }, dayMs))).toEqual([
    [2, Infinity],
    [1, dayMs + 1_000],
  ])
  expect(told(keys.of('ops', { now: second }, dayMs + 1_000))).toEqual([[2, Infinity]])
  expect(told(keys.of('other', { now: third }, 0))).toEqual([[3, Infinity]])
})

test('a secret that comes back, or that the config names as the one before, signs once', () => {
  const keys = new WebhookKeys()
  keys.of('ops', { now: first }, 0)
  expect(told(keys.of('ops', { now: second, before: first }, 0))).toEqual([
    [2, Infinity],
    [1, Infinity],
  ])
  expect(told(keys.of('ops', { now: first }, 10))).toEqual([
    [1, Infinity],
    [2, dayMs + 10],
  ])
})

test('a secret is 24 to 64 bytes in base64 behind its mark', () => {
  for (const text of [
    '',
    'whsec_',
    'whsec_AAAA',
    `whsec_${'A'.repeat(90)}`,
    'A'.repeat(32),
    'whsec_*'.repeat(9),
  ])
    expect([text, webhookKeyOf(text)]).toEqual([text, undefined])
  expect(webhookKeyOf(first)?.length).toBe(24)
})
