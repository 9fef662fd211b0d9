import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DataDirectoryError, openDataDirectory } from './data-directory.ts'

let parent: string
let path: string

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'data-'))
  path = join(parent, 'deep', 'data')
})

afterEach(() => rmSync(parent, { recursive: true, force: true }))

const modeOf = (...names: string[]): string => (statSync(join(path, ...names)).mode & 0o777).toString(8)

function problem(): string {
  try {
    openDataDirectory(path)
    return 'none'
  } catch (failure) {
    expect(failure).toBeInstanceOf(DataDirectoryError)
    return String(failure)
  }
}

describe('openDataDirectory', () => {
  test('makes the folder and the pepper, both for their owner only', () => {
    const { peppers, mended } = openDataDirectory(path)
    const { length } = peppers().current
    expect([modeOf(), modeOf('pepper'), length, mended]).toEqual(['700', '600', 32, []])
    expect(readdirSync(path)).toEqual(['pepper'])
  })

  test('finds the same pepper again, and another in another folder', () => {
    const pepper = openDataDirectory(path).peppers().current
    expect(openDataDirectory(path).peppers().current).toEqual(pepper)
    expect(openDataDirectory(join(parent, 'other')).peppers().current).not.toEqual(pepper)
  })

  test('changes the pepper, and keeps the one before it and the very first', () => {
    const directory = openDataDirectory(path)
    const first = directory.peppers().current
    expect(directory.peppers()).toEqual({ current: first, previous: undefined, first })
    directory.changePepper()
    const second = directory.peppers().current
    expect(second).not.toEqual(first)
    expect(directory.peppers()).toEqual({ current: second, previous: first, first })
    directory.changePepper()
    expect(openDataDirectory(path).peppers()).toMatchObject({ previous: second, first })
    expect(readdirSync(path).map((name) => modeOf(name))).toEqual(['600', '600', '600'])
  })

  test('takes the pepper away from others, and says so', () => {
    openDataDirectory(path)
    chmodSync(join(path, 'pepper'), 0o644)
    expect(openDataDirectory(path).mended).toEqual([
      'the pepper could be read by others; its mode is 0600 again',
    ])
    expect(modeOf('pepper')).toBe('600')
    expect(openDataDirectory(path).mended).toEqual([])
  })

  test('refuses a pepper that is not whole', () => {
    openDataDirectory(path)
    truncateSync(join(path, 'pepper'), 31)
    expect(problem()).toContain('does not hold 32 bytes')
  })

  test('makes no new pepper beside a database whose keys rest on the old one', () => {
    const { databasePath } = openDataDirectory(path)
    writeFileSync(databasePath, '')
    rmSync(join(path, 'pepper'))
    expect(problem()).toContain('without it no key works; put it back from a backup')
    expect(existsSync(join(path, 'pepper'))).toBe(false)
  })

  test('says what is in the way', () => {
    path = join(parent, 'file')
    writeFileSync(path, '')
    expect(problem()).toContain(`${path} cannot be used: it is not a folder. Choose another with --data-dir`)
    path = join(parent, 'file', 'data')
    expect(problem()).toContain('ENOTDIR')
  })

  test('gives several processes that begin at once the same pepper', async () => {
    const script = `const { openDataDirectory } = await import(${JSON.stringify(join(import.meta.dir, 'data-directory.ts'))})
      process.stdout.write(Buffer.from(openDataDirectory(${JSON.stringify(path)}).peppers().current).toString('hex'))`
    const peppers = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = Bun.spawn([process.execPath, '--no-env-file', '-e', script], { stdout: 'pipe' })
        return await new Response(child.stdout).text()
      }),
    )
    expect(new Set(peppers)).toEqual(new Set([readFileSync(join(path, 'pepper')).toString('hex')]))
    expect(readdirSync(path)).toEqual(['pepper'])
  })
})
