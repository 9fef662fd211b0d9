import { expect, test } from 'bun:test'
import { responsesSettings } from './settings.ts'

test('responses are kept for thirty days, up to four megabytes each, unless the config says otherwise', () => {
  expect(responsesSettings.parse({})).toEqual({ store: true, keep: 30 * 86_400_000, size_limit: 4_000_000 })
})

test.each([
  ['keep', ['59s', '1m', '365d', '366d']],
  ['size_limit', ['999B', '1KB', '32MB', '33MB']],
])('%s is within its bounds', (name, texts) => {
  const isTaken = texts.map((text) => responsesSettings.safeParse({ [name]: text }).success)
  expect(isTaken).toEqual([false, true, true, false])
})
