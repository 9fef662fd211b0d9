// Holds the names: of files, of what files declare, and of providers, which appear in one folder and one list.
import { describe, expect, test } from 'bun:test'
import { basename, dirname } from 'node:path'
import { bindingNames } from './binding-names.ts'
import { filesUnder, parseSource, product, read, readSource, sources } from './source-files.ts'
import type { SourceFile } from './source-files.ts'

const vagueFiles =
  /^(utils?|helpers?|common|misc|shared|types|constants|managers?|services?|processors?|index)$/
const vagueWords = new Set([
  'data',
  'info',
  'item',
  'obj',
  'tmp',
  'req',
  'res',
  'cfg',
  'opts',
  'ctx',
  'err',
  'e',
])
const ownFolders = ['src', 'test', 'bench', 'scripts']
const ownFiles = ownFolders.flatMap((folder) => filesUnder(folder, '.ts'))

/** Whoever knows a provider by name, besides its own file in the catalogue and the list of the catalogue. */
const knowsProviders: readonly RegExp[] = [
  // The catalogue, its list, and what finds local servers and keys in the environment.
  /^src\/providers\//,
  // What another gateway calls them, beside our names.
  /^src\/commands\/import-litellm\/litellm-providers\.ts$/,
  // Who describes the formats that clients speak.
  /^src\/http\/openapi\/call-operations\.ts$/,
]
/** Names that are also the name of a dialect, or an ordinary word. */
const ambiguousNames = new Set(['openai', 'openai-compatible', 'gemini', 'ollama', 'together', 'demo'])

describe('names', () => {
  test('no file has a name that says nothing', () => {
    expect(ownFiles.filter((path) => nameParts(path).some((part) => vagueFiles.test(part)))).toEqual([])
  })

  test('files and folders are written in kebab-case', () => {
    expect(
      ownFiles.filter((path) => !/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+([-.][a-z0-9]+)*\.ts$/.test(path)),
    ).toEqual([])
  })

  test('nothing is called by a word that says nothing', () => {
    const vague = sources.flatMap((file) =>
      bindingNames(file.program)
        .filter((name) => vagueWords.has(name))
        .map((name) => `${file.path}: ${name}`),
    )
    expect(vague).toEqual([])
  })

  test('the names that a file binds are all seen', () => {
    const text = `import { a as b, type c } from './x.ts'
const { d, e: f, ...g } = b, [h, i = 1] = c
function j(k: number, { l }: { m: number }, ...n: number[]) { try { return (o: string) => o } catch (p) { throw p } }
class Q { r = 1; s(t: number) { return t } }
type U = (v: number) => void
for (const w of h) j(w, w)`
    const names = bindingNames(parseSource('src/core/x.ts', text).program)
    expect(names.toSorted().join(' ')).toBe('Q b c d f g h i j k l n o p t v w')
  })

  test('a provider is named only in the catalogue', () => {
    const names = filesUnder('src/providers/catalogue', '.ts')
      .map((path) => basename(path, '.ts'))
      .filter((name) => !ambiguousNames.has(name) && !name.includes('.'))
    const pattern = new RegExp(`(?<![\\w-])(${names.join('|')})(?![\\w-])`, 'i')
    const knowing = product
      .filter(({ path }) => !knowsProviders.some((place) => place.test(path)))
      .flatMap(
        (file) =>
          pattern
            .exec(codeOf(file))
            ?.slice(0, 1)
            .map((name) => `${file.path}: ${name}`) ?? [],
      )
    expect(names.length).toBeGreaterThan(5)
    expect(knowing).toEqual([])
  })

  test('the titles of the tests in one file differ', () => {
    const twice = ownFiles
      .filter((path) => path.endsWith('.test.ts'))
      .flatMap((path) => {
        const titles = titlesOf(path)
        return titles.filter((title, at) => titles.indexOf(title) !== at).map((title) => `${path}: ${title}`)
      })
    expect(twice).toEqual([])
  })

  test('a title says what is, not what ought to be', () => {
    const pious = ownFiles
      .filter((path) => path.endsWith('.test.ts'))
      .flatMap((path) => titlesOf(path).filter((title) => /\bshould\b/i.test(title)))
    expect(pious).toEqual([])
  })

  test('no test is alone or left out', () => {
    const marked = ownFiles
      .filter((path) => path.endsWith('.test.ts'))
      .filter((path) => /^\s*(test|it|describe)\.(only|skip|todo|failing)\(/m.test(read(path)))
    expect(marked).toEqual([])
  })

  test('a file of src/ exports nothing by default', () => {
    const byDefault = product.filter(({ program }) =>
      program.body.some(({ type }) => type === 'ExportDefaultDeclaration'),
    )
    expect(byDefault.map(({ path }) => path)).toEqual([])
  })
})

/** The text without its comments: an oddity of a provider is noted where it is dealt with. */
function codeOf({ text, comments }: SourceFile): string {
  return comments.reduceRight((code, { start, end }) => code.slice(0, start) + code.slice(end), text)
}

function nameParts(path: string): string[] {
  return [...dirname(path).split('/'), basename(path).replace(/(\.test|\.gen)?\.ts$/, '')]
}

function titlesOf(path: string): string[] {
  return [...readSource(path).text.matchAll(/^\s*(?:test|it)\(\s*(['"`])(.*?)\1/gm)]
    .map((match) => match[2] ?? '')
    .filter((title) => !title.includes('${'))
}
