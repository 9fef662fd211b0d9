import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fullPath, readText } from './read-text.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-read-text-'))
afterAll(() => rmSync(folder, { recursive: true }))

function fileWith(content: string | Uint8Array): string {
  const path = join(folder, 'text')
  writeFileSync(path, content)
  return path
}

test('a file is read as UTF-8 without its byte-order mark', () => {
  expect(readText(fileWith('grüße\n'), 100)).toEqual({ ok: true, text: 'grüße\n' })
  expect(readText(fileWith('\uFEFFa'), 100)).toEqual({ ok: true, text: 'a' })
  expect(readText(fileWith(''), 100)).toEqual({ ok: true, text: '' })
})

test('a file may be as large as the limit and no larger', () => {
  const large = 'x'.repeat(200_000)
  expect(readText(fileWith(large), 200_000)).toEqual({ ok: true, text: large })
  expect(readText(fileWith(large), 199_999)).toEqual({
    ok: false,
    missing: false,
    reason: 'is larger than 199999 bytes',
  })
})

test('what cannot be read as text says why', () => {
  expect(readText(fileWith(Uint8Array.of(0xff, 0xfe)), 100)).toMatchObject({ reason: 'is not UTF-8 text' })
  expect(readText(join(folder, 'away'), 100)).toEqual({ ok: false, missing: true, reason: 'does not exist' })
  expect(readText(join(fileWith('a'), 'below'), 100)).toMatchObject({ ok: false, missing: true })
  expect(readText(folder, 100)).toEqual({ ok: false, missing: false, reason: 'is a folder' })
})

test('an endless file is read up to the limit', () => {
  expect(readText('/dev/zero', 100_000)).toMatchObject({ ok: false, reason: 'is larger than 100000 bytes' })
})

test('a path is completed from the folder of another file', () => {
  expect(fullPath('key', '/etc/s/s.yaml')).toBe('/etc/s/key')
  expect(fullPath('/run/key', '/etc/s/s.yaml')).toBe('/run/key')
  expect(fullPath('../key', 'conf/s.yaml')).toBe(fullPath('key'))
})
