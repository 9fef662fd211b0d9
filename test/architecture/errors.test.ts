// Every error code has its section in the reference, and every section its code.
import { expect, test } from 'bun:test'
import { errorCodes } from '../../src/core/errors.ts'
import { statusOfCode } from '../../src/http/error-status.ts'

const page = await Bun.file(new URL('../../docs/reference/errors.md', import.meta.url)).text()

test('every code has a section and every section is a code', () => {
  const sections = [...page.matchAll(/^### (\S+)$/gm)].map(([, code]) => code)
  expect(sections.toSorted()).toEqual([...errorCodes].toSorted())
})

test('a section that begins with a status names the one that clients get', () => {
  for (const [, code, status] of page.matchAll(/^### (\S+)\n(\d{3})\b/gm)) {
    expect(`${code} ${status}`).toBe(
      `${code} ${String(new Map(Object.entries(statusOfCode)).get(code ?? ''))}`,
    )
  }
})
