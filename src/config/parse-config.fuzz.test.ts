// Whatever stands in the file, reading it ends in a config or in problems that point into the text, and no secret
// of the environment or of the file is in what is printed.
import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { catalogue } from '../providers/catalogue.ts'
import { parseConfig } from './parse-config.ts'
import { formatProblems } from './problem.ts'

const canary = 'canary0123456789canary'
const facts = {
  knownProviders: catalogue,
  environment: { OPENAI_API_KEY: canary, KEY: `${canary} with a space` },
  readText: (path: string) =>
    path.length % 2 === 0
      ? ({ ok: true, text: canary } as const)
      : ({ ok: false, missing: true, reason: 'does not exist' } as const),
}

function check(text: string): void {
  const outcome = parseConfig(text, facts)
  if (outcome.ok) return
  const lines = text.split('\n').length
  expect(outcome.problems.length).toBeGreaterThan(0)
  for (const { line, column, message } of outcome.problems) {
    expect(line >= 1 && line <= lines && column >= 1 && message.length > 0).toBe(true)
  }
  const positions = outcome.problems.map(({ line, column }) => line * 1e6 + column)
  expect(positions).toEqual(positions.toSorted((left, right) => left - right))
  expect(formatProblems({ source: 'f', problems: outcome.problems })).not.toContain(canary)
}

const names = (
  'server port host tls cors cert providers openai api_key base_url type models fast deployments provider model ' +
  'keys name secret scopes timeouts __proto__ constructor << a,b'
).split(' ')
const texts = `openai env:KEY file:x file:xy off on 30s 10MB demo sk-${canary} * a/b`.split(' ')
const others = [null, true, 0, -1, 1e21, Number.NaN, [], {}, [[]]]
const word = fc.constantFrom('', ...names)
const value = fc.constantFrom<unknown>('', ...texts, ...others)
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    value,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(word, tie('tree'), { maxKeys: 4 }),
  ),
}))

test('two aliases of nothing under one name are told in their order', () => {
  check('<<: *a\n<<: *a')
})

test('any text ends in a config or in problems', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), check), { numRuns: 100 })
})

test('any text of YAML signs ends in a config or in problems', () => {
  const sign = fc.constantFrom(
    ...'{}[],:-&*!|>"\'%@#?\n \ta1'.split(''),
    'env:',
    'keys',
    'server:',
    '  - ',
    '<<: *a',
  )
  const text = fc.array(sign, { maxLength: 60 }).map((signs) => signs.join(''))
  fc.assert(fc.property(text, check), { numRuns: 200 })
})

test('any tree of settings ends in a config or in problems', () => {
  fc.assert(
    fc.property(fc.dictionary(word, tree), (settings) => check(stringify(settings))),
    { numRuns: 100 },
  )
})
