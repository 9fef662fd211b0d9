// Holds the arrows of ARCHITECTURE.md: who imports whom, which packages are used where, and that nothing goes round.
import { describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { doors, folderOf, mayImport, packages, pureBuiltins, rim } from './directions.ts'
import { findCycles } from './find-cycles.ts'
import { parseSource, product, root, sources } from './source-files.ts'
import type { ImportOf, SourceFile } from './source-files.ts'

describe('imports', () => {
  test('the parser sees type-only, dynamic and re-exporting imports', () => {
    const text = `import type { A } from './a.ts'\nimport { b } from './b.ts'\nexport * from './c.ts'
const d = await import('./d.ts')\nexport type { E } from './e.ts'\nimport { type F } from './f.ts'\nimport './g.ts'`
    const { imports } = parseSource('src/core/x.ts', text)
    expect(imports.map(({ file, typesOnly }) => `${file} ${typesOnly}`).toSorted()).toEqual([
      'src/core/a.ts true',
      'src/core/b.ts false',
      'src/core/c.ts false',
      'src/core/d.ts false',
      'src/core/e.ts true',
      'src/core/f.ts true',
      'src/core/g.ts false',
    ])
  })

  test('every folder of src/ has its arrows written down', () => {
    const unknown = [...new Set(product.map(({ path }) => folderOf(path)))].filter(
      (folder) => !(folder in mayImport),
    )
    expect(unknown).toEqual([])
    expect(
      Object.keys(mayImport).filter((folder) => !product.some(({ path }) => folderOf(path) === folder)),
    ).toEqual([])
  })

  test('folders import only along the allowed directions', () => {
    expect(problems(product, (from, found) => !isAllowed(from.path, found))).toEqual([])
  })

  test('an arrow against the directions is found', () => {
    expect(mayReach('src/core/call.ts', 'src/platform/ids.ts')).toBe(false)
    expect(mayReach('src/dialects/x.ts', 'src/providers/y.ts')).toBe(false)
    expect(mayReach('src/keys/x.ts', 'src/ledger/y.ts')).toBe(false)
    expect(mayReach('src/keys/settings.ts', 'src/platform/setting-values.ts')).toBe(true)
    expect(mayReach('src/pipeline/attempt.ts', 'src/platform/deadlines.ts', false)).toBe(false)
    expect(mayReach('src/pipeline/attempt.ts', 'src/platform/deadlines.ts', true)).toBe(true)
    expect(mayReach('src/http/handle.ts', 'src/pipeline/pipeline.ts')).toBe(true)
    expect(mayReach('src/compose/gateway.ts', 'src/commands/start.ts')).toBe(false)
    expect(mayReach('src/main.ts', 'src/commands/command-line.ts')).toBe(true)
  })

  test('a file imports files of its own project that exist', () => {
    expect(problems(sources, (_, { file }) => file !== undefined && !existsSync(join(root, file)))).toEqual(
      [],
    )
  })

  test('nothing outside of src/ is in the path of the product', () => {
    expect(
      problems(product, (_, { file }) => file !== undefined && !/^(src\/|package\.json$)/.test(file)),
    ).toEqual([])
  })

  test('a package is used only where it has its place', () => {
    expect(problems(product, (from, found) => isForeignPackage(from, found))).toEqual([])
  })

  test('a place that is worked out is loaded from in one file alone', () => {
    const loading = product.filter(({ text }) => /\bimport\((?!['"`])/.test(text)).map(({ path }) => path)
    expect(loading).toEqual(['src/platform/apart.ts'])
  })

  test('input and output stay at the rim', () => {
    const isMisplaced = ({ path }: SourceFile, { specifier }: ImportOf) =>
      /^(node|bun):/.test(specifier) &&
      !rim.test(path) &&
      !(pureBuiltins.has(specifier) && folderOf(path) !== 'core')
    expect(problems(product, isMisplaced)).toEqual([])
  })

  test('a gateway that serves holds no schemas, parsers and builders of queries: they are loaded apart', () => {
    const heavy = new Set(['zod', 'yaml', 'kysely', 'jose', '@marcbachmann/cel-js', 'pg'])
    const wayTo = new Map([['src/main.ts', 'src/main.ts']])
    // A map goes on with what is set while it is walked.
    for (const [path, way] of wayTo) {
      for (const { file, typesOnly } of product.find((one) => one.path === path)?.imports ?? []) {
        if (!typesOnly && file !== undefined && !wayTo.has(file)) wayTo.set(file, `${way} → ${file}`)
      }
    }
    const found = [...wayTo].flatMap(([path, way]) => {
      const imports = product.find((one) => one.path === path)?.imports ?? []
      return imports
        .filter(({ specifier, typesOnly }) => !typesOnly && heavy.has(specifier))
        .map(({ specifier }) => `${way} → ${specifier}`)
    })
    expect(wayTo.size).toBeGreaterThan(100)
    expect(found).toEqual([])
  })

  test('nothing imports in a circle', () => {
    const ways = new Map(
      product.map(({ path, imports }) => [path, imports.flatMap(({ file }) => file ?? [])]),
    )
    expect(findCycles(ways)).toEqual([])
  })

  test('a circle is found', () => {
    const ways = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', ['b']],
      ['d', []],
    ])
    expect(findCycles(ways)).toEqual(['b → c → b'])
  })
})

function isAllowed(from: string, { file: to, typesOnly }: ImportOf): boolean {
  if (to === undefined) return true
  const [here, there] = [folderOf(from), folderOf(to)]
  const allowed = mayImport[here]
  if (here === there || allowed === 'everything' || allowed?.includes(there) === true) return true
  return doors.some(
    (door) => door.from.test(from) && door.to.test(to) && (typesOnly || door.typesOnly !== true),
  )
}

function mayReach(from: string, file: string, typesOnly = false): boolean {
  return isAllowed(from, { specifier: '', file, typesOnly })
}

function isForeignPackage({ path }: SourceFile, { specifier, file }: ImportOf): boolean {
  if (file !== undefined || /^(node|bun):/.test(specifier)) return false
  const name = specifier.startsWith('@')
    ? specifier.split('/').slice(0, 2).join('/')
    : specifier.split('/')[0]
  return packages[name ?? '']?.test(path) !== true
}

function problems(
  files: readonly SourceFile[],
  isProblem: (from: SourceFile, found: ImportOf) => boolean,
): string[] {
  return files.flatMap((from) =>
    from.imports
      .filter((found) => isProblem(from, found))
      .map(({ specifier, file }) => `${from.path} imports ${file ?? specifier}`),
  )
}
