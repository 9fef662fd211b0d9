import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import type { CallFacts } from './call-facts.ts'
import { compileRule } from './compile-rule.ts'
import { RuleProblem } from './rule-problem.ts'

const facts: CallFacts = {
  model: 'gpt-5-mini',
  tags: ['batch', 'eu-west'],
  metadata: { tier: 'gold', budget: '0.7', 'cost centre': '12' },
  user: 'ada',
  team: 'Research',
  key: 'ci',
  inputTokens: 9_000,
  stream: true,
  hasTools: false,
  hasImages: false,
  hasSchema: true,
  turns: 3,
  hour: 23,
  minute: 40,
  weekday: 6,
  complexity: 0.7,
  task: 'summary',
}

/** What rules are made of, to be put together in any order. */
const pieces = [
  'tags',
  'metadata',
  'metadata.tier',
  'metadata["x"]',
  'hour',
  'complexity',
  'model',
  'stream',
  '"gpt"',
  '"1"',
  '3',
  '0',
  '0.5',
  '[',
  ']',
  '(',
  ')',
  '{',
  '}',
  '.size()',
  '.like("*a*")',
  '.exists(t, ',
  't',
  '.all(x, ',
  ', ',
  '==',
  '!=',
  '<',
  ' in ',
  '&&',
  '||',
  '!',
  '+',
  '-',
  '/',
  '%',
  '?',
  ':',
  'int(',
  'double(',
  'has(',
  'size(',
  'string(',
  'null',
  '.',
  '\n',
  'in_window("01:00-02:00")',
  'dyn(',
  '.matches("a")',
  '.map(',
  '__proto__',
  '.constructor',
  '"',
  "'",
  '\\',
  'b"x"',
  '1u',
  '😀',
]

function problem(expression: string): RuleProblem {
  try {
    compileRule(expression)
  } catch (error) {
    if (error instanceof RuleProblem) return error
    throw error
  }
  throw new Error(`accepted: ${expression}`)
}

describe('a rule matches', () => {
  test.each([
    'true',
    'model == "gpt-5-mini"',
    'model.startsWith("gpt-") && model.like("gpt-*-mini")',
    '"batch" in tags && !("eu-east" in tags)',
    'tags.exists(t, t.startsWith("eu-"))',
    'size(tags) == 2 && tags.size() == 2',
    'metadata.tier == "gold"',
    'metadata["cost centre"] == "12"',
    'has(metadata.tier) && !has(metadata.other)',
    '"tier" in metadata',
    'double(metadata.budget) > 0.5',
    'user == "ada" && team.lowerAscii() == "research" && key == "ci"',
    'input_tokens > 8000 && input_tokens <= 9000',
    'stream && !has_tools && !has_images && has_schema',
    'turns == 3',
    'hour >= 22 || hour < 6',
    'hour in [22, 23] && minute == 40 && weekday >= 6',
    'in_window("22:00-06:00") && !in_window("06:00-22:00")',
    '["gpt-", "o1-"].exists(start, model.startsWith(start))',
    'tags.exists(t, t == task || t in ["batch"])',
    'hour + 1 == 24 && size(tags) + turns == 5',
    'complexity > 0.5 && complexity < 1',
    'task == "summary"',
    'model == "x" ? false : true',
    // One side that cannot be worked out does not matter when the other decides.
    'metadata.other == "x" || user == "ada"',
  ])('%s', (expression) => {
    const rule = compileRule(expression)
    expect(rule.matches(facts)).toBe(true)
    expect(rule.failures).toBe(0)
  })
})

describe('a rule', () => {
  test('that asks for an absent entry matches nothing, and has not failed', () => {
    const rules = ['metadata.other == "x"', 'metadata.other != "x"', 'tags[7] == "x"'].map(compileRule)
    expect(rules.map((rule) => rule.matches(facts))).toEqual([false, false, false])
    expect(rules.map(({ failures }) => failures)).toEqual([0, 0, 0])
  })

  test('that cannot be worked out matches nothing, counts it and says why', () => {
    const rule = compileRule('int(metadata.tier) > 3')
    expect(rule.matches(facts)).toBe(false)
    expect(rule.matches(facts)).toBe(false)
    expect(rule.failures).toBe(2)
    expect(rule.lastFailure).toMatch(/^at character 1: /)
  })

  test('survives facts of the wrong kind', () => {
    const wrong: Partial<CallFacts> = JSON.parse('{ "tags": [7], "metadata": { "tier": 7 } }')
    const broken = { ...facts, inputTokens: Number.NaN, ...wrong }
    const rules = ['input_tokens > 1', 'metadata.tier == "x"', 'tags.exists(t, t.startsWith("x"))']
    for (const expression of rules) {
      const rule = compileRule(expression)
      expect(rule.matches(broken)).toBe(false)
      expect(rule.failures).toBe(1)
    }
  })

  test('says which facts it reads', () => {
    const { reads } = compileRule('tags.exists(t, t == task) && in_window("01:00-02:00") && complexity > 0.5')
    expect([...reads].toSorted()).toEqual(['complexity', 'hour', 'minute', 'tags', 'task'])
  })

  test('takes no more than 64 tags into account', () => {
    const tags = [...Array<string>(64).fill('a'), 'last']
    expect(compileRule('"last" in tags').matches({ ...facts, tags })).toBe(false)
    expect(compileRule('"a" in tags').matches({ ...facts, tags })).toBe(true)
  })
})

describe('a rule is refused', () => {
  test.each([
    ['modle == "x"', 1, 'did you mean "model"?'],
    ['model == "x" && inputtokens > 1', 17, 'did you mean "input_tokens"?'],
    ['model.startswith("a")', 7, 'did you mean "startsWith"?'],
    ['in_windw("22:00-06:00")', 1, 'did you mean "in_window"?'],
    ['frobnicate == 1', 1, 'a rule can read model, tags, metadata'],
    ['hour = 3', 6, 'write == to compare'],
    ['hour == 3 and true', 11, 'write && for "and"'],
    ['hour == 3 or true', 11, 'write || for "or"'],
    ['not stream', 5, 'write ! for "not"'],
    ['model == “x”', 10, 'write straight quotes'],
    ['(model == "a"', 14, 'a ")" is missing'],
    ['', 1, 'the expression ends too early'],
    ['model', 1, 'a rule is true or false, and this is string'],
    ['hour == "3"', 1, 'a whole number and a text cannot stand on the sides of =='],
    ['complexity == 1', 1, 'write the number as 0.0 or 1.0'],
    ['hour in 22', 1, 'the right side is a list'],
    ['user == null', 1, 'an absent text is ""'],
    ['user && stream', 1, 'compare each with something'],
    ['size(hour) > 1', 1, 'size is used like this: size(tags) > 2'],
    ['startsWith(model, "a")', 1, 'write model.startsWith("gpt-")'],
    ['tags.nope == "x"', 6, 'write "batch" in tags'],
    ['in_window("22-6")', 11, 'in_window("22:00-06:00")'],
    ['in_window(model)', 11, 'in_window("22:00-06:00")'],
    ['in_window()', 1, 'in_window("22:00-06:00")'],
  ])('%s', (expression, character, advice) => {
    const { message, position } = problem(expression)
    expect(message).toStartWith(`at character ${character}: `)
    expect(message).toContain(advice)
    expect(position).toBe(character - 1)
  })

  test.each([
    ['model.matches("^(a+)+$")', 'regular expressions are not allowed'],
    ['tags.exists(t, tags.exists(u, t == u))', 'cannot stand inside each other'],
    ['tags.exists(hour, hour == "x")', '"hour" is a fact of the call'],
    ['metadata.all(k, k == "x")', 'walk over tags'],
    ['tags.all(t, size(tags) > 1)', 'a text is compared'],
    ['tags.all(t, metadata.tier == t)', 'a text is compared'],
    ['tags.all(t, int(t) > 1)', 'a text is compared'],
    ['tags.all(t, tags[9] == t)', 'a text is compared'],
    ['tags.all(t, t + t == "xx")', 'a text is compared'],
    ['tags.all(t, t in tags)', 'a text is compared'],
    ['[tags].all(t, true)', 'a text is compared'],
    ['size(tags + tags) > 1', 'only numbers can be added'],
    ['(stream ? user : team) + "x" == "ax"', 'only numbers can be added'],
    ['model.split("") == ["x"]', 'is not known'],
    ['dyn(metadata).constructor.constructor("x")() == 1', ''],
    ['constructor == "x"', '"constructor" is not known'],
    ['__proto__ == "x"', ''],
    ['model.constructor == "x"', 'only metadata has entries'],
    [`${'('.repeat(400)}true${')'.repeat(400)}`, 'too much for one rule'],
    [`${'!'.repeat(900)}true`, 'too much for one rule'],
    [`${'true && '.repeat(150)}true`, 'at most'],
    [`model in [${'"a",'.repeat(100)}"a"]`, 'too much for one rule'],
    ['{"a": 1} == {"a": 1}', 'too much for one rule'],
    [`model == "${'a'.repeat(100_000)}"`, 'at most 1000 characters'],
  ])('for its own good, case %#', (expression, advice) => {
    const started = performance.now()
    expect(problem(expression).message).toContain(advice)
    expect(performance.now() - started).toBeLessThan(200)
  })
})

describe('a hostile caller', () => {
  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('finds no %s in metadata', (name) => {
    expect(compileRule(`has(metadata.${name})`).matches(facts)).toBe(false)
    expect(compileRule(`"${name}" in metadata`).matches(facts)).toBe(false)
    expect(compileRule(`metadata["${name}"] != ""`).matches(facts)).toBe(false)
  })

  test('gets yes or no from whatever is accepted as a rule', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (parts) => {
        const expression = parts.join('')
        try {
          expect(compileRule(expression).matches(facts)).toBeBoolean()
        } catch (error) {
          expect(error).toBeInstanceOf(RuleProblem)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test('cannot hold up the longest walk that a rule may contain', () => {
    const walk = `tags.all(t, ${'t.like("*a*b*") || '.repeat(50)}true)`
    const rule = compileRule(walk)
    const tags = Array<string>(10_000).fill('a'.repeat(2_000))
    const started = performance.now()
    expect(rule.matches({ ...facts, tags })).toBe(true)
    expect(performance.now() - started).toBeLessThan(100)
  })

  test('cannot make a rule fail so often that it takes long', () => {
    const rule = compileRule(`${'metadata.a=="b"||'.repeat(58)}false`)
    const started = performance.now()
    expect(rule.matches(facts)).toBe(false)
    expect(performance.now() - started).toBeLessThan(100)
  })
})
