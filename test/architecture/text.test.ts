// Holds what can be read off the text of a file: its opening lines, its open ends, its access to the process, and
// its size, which is told rather than forbidden.
import { describe, expect, test } from 'bun:test'
import { walk } from './binding-names.ts'
import { filesUnder, product, read, readSource } from './source-files.ts'

const ownFiles = ['src', 'test', 'bench', 'scripts'].flatMap((folder) => [
  ...filesUnder(folder, '.ts'),
  ...filesUnder(folder, '.mjs'),
])
const linesAim = 300
const testLinesAim = 500

describe('the text of a file', () => {
  test('opens with what it is responsible for', () => {
    // A test beside its unit is about that unit, and its titles say what it holds.
    const named = ownFiles.filter((path) => path.startsWith('test/') || !path.endsWith('.test.ts'))
    expect(named.filter((path) => !/^(#!.*\n)?\/\/ \S/.test(read(path)))).toEqual([])
  })

  test('leaves nothing to do without an issue that says so', () => {
    const open = ownFiles.flatMap((path) =>
      readSource(path)
        .comments.filter(({ value }) => /\b(TODO|FIXME|XXX|HACK)\b(?!\s*\(?#\d+)/.test(value))
        .map(({ value }) => `${path}: ${value.trim()}`),
    )
    expect(open).toEqual([])
  })

  test('asks the process or the environment for nothing outside main.ts and platform/', () => {
    const askers = product
      .filter(({ path }) => !/^src\/(main\.ts|platform\/|.*-worker\.ts$)/.test(path))
      .filter(({ program }) => {
        let asks = false
        walk(program, (node) => {
          const object = node.type === 'MemberExpression' ? node['object'] : undefined
          if (isNamed(object, 'process') || isNamed(object, 'globalThis')) asks = true
        })
        return asks
      })
    expect(askers.map(({ path }) => path)).toEqual([])
  })

  test('takes no clock of its own', () => {
    const clockless = product.filter(({ path }) => !/^src\/(platform|adapters)\//.test(path))
    const askers = clockless.filter(({ program }) => {
      let asks = false
      walk(program, (node) => {
        const isNow = node.type === 'NewExpression' && isNamed(node['callee'], 'Date')
        if (isNow && Array.isArray(node['arguments']) && node['arguments'].length === 0) asks = true
      })
      return asks
    })
    expect(askers.map(({ path }) => path)).toEqual([])
  })

  test('is counted, and the long ones are told', () => {
    const long = ownFiles
      .map((path) => ({ path, lines: read(path).split('\n').length }))
      .filter(({ path, lines }) => lines > (path.endsWith('.test.ts') ? testLinesAim : linesAim))
      .filter(({ path }) => !path.endsWith('.gen.ts'))
    for (const { path, lines } of long) console.log(`${path} has ${lines} lines: one thought each?`)
    expect(ownFiles.length).toBeGreaterThan(0)
  })
})

function isNamed(node: unknown, name: string): boolean {
  return typeof node === 'object' && node !== null && 'name' in node && node.name === name
}
