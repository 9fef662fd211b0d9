import { describe, expect, test } from 'bun:test'
import { configOf, problemsOf } from '../../test/parsed-configs.ts'

function modelWith(settings: string, more = ''): string {
  return `models:\n  fast: { ${more}deployments: [{ provider: openai, model: gpt-4o, ${settings} }] }\n  new: { deployments: [{ provider: openai, model: n }] }\n`
}

const at = 'models.fast.deployments[0]'
const dayAdvice = 'write a day as year-month-day, such as 2026-12-01'

describe('the days of a deployment', () => {
  test('are read as midnights of UTC', () => {
    const text = modelWith('deprecated: 2026-12-01, retires: "2027-03-01", replaced_by: new')
    expect(configOf(text).config.models.get('fast')?.deployments[0]).toMatchObject({
      deprecated: Date.UTC(2026, 11, 1),
      retires: Date.UTC(2027, 2, 1),
      replaced_by: 'new',
      retired: 'refuse',
    })
  })

  test('may be one and the same', () => {
    expect(problemsOf(modelWith('deprecated: 2026-12-01, retires: 2026-12-01'))).toEqual([])
  })

  test.each([
    '2026-13-01',
    '2026-02-30',
    '2026-1-1',
    '01.12.2026',
    'soon',
    '1999-01-01',
    '2026',
    '2026-12-01T00:00:00Z',
    '""',
  ])('are none that no calendar has: %s', (day) => {
    const [problem, ...rest] = problemsOf(modelWith(`retires: ${day}`))
    expect(problem).toContain(`${at}.retires: `)
    if (day !== '2026') expect(problem).toContain(dayAdvice)
    expect(rest).toEqual([])
  })

  test('do not end before they begin', () => {
    expect(problemsOf(modelWith('deprecated: 2026-12-02, retires: 2026-12-01'))).toEqual([
      `2:93 ${at}.retires: must not be before \`deprecated\``,
    ])
  })

  test('are looked at in the last resort too', () => {
    const last = '{ provider: openai, model: z, retires: 2027-03-01, replaced_by: nobodys/z }'
    const [problem] = problemsOf(modelWith('timeout: 30s', `last_resort: { deployment: ${last} }, `))
    expect(problem).toContain('models.fast.last_resort.deployment.replaced_by: there is no provider')
  })

  test('must be there where something hangs on them', () => {
    expect(problemsOf(modelWith('retired: allow'))).toEqual([
      `2:69 ${at}.retired: says nothing without \`retires\``,
    ])
    expect(problemsOf(modelWith('replaced_by: new'))).toEqual([
      `2:73 ${at}.replaced_by: is told from \`deprecated\` or \`retires\` on; write one of them`,
    ])
  })
})

describe('what is to be used instead', () => {
  test.each([
    ['fast', 'is the model itself'],
    ['openai/gpt-4o', 'is the deployment itself'],
    ['openai/*', 'names one model; it is no pattern'],
    ['opnai/gpt-5', 'there is no provider "opnai" for "opnai/gpt-5". Did you mean "openai/gpt-5"?'],
    ['new2', 'no model is called "new2", and no provider lists it in the config. Did you mean "new"?'],
  ])('is not %s', (name, message) => {
    const problems = problemsOf(modelWith(`retires: 2027-03-01, replaced_by: "${name}"`))
    expect(problems.map((problem) => problem.slice(problem.indexOf(' ') + 1))).toEqual([
      `${at}.replaced_by: ${message}`,
    ])
  })

  test.each(['new', 'openai/gpt-5', 'openrouter/openai/gpt-5'])('may be %s', (name) => {
    expect(problemsOf(modelWith(`retires: 2027-03-01, replaced_by: ${name}`)).length).toBe(0)
  })

  test('must be known where it is to be asked by itself', () => {
    const text = modelWith('retires: 2027-03-01', 'on_retired: replace, ')
    expect(problemsOf(text)).toEqual([
      '2:23 models.fast.on_retired: needs `replaced_by` at one of the deployments',
    ])
    expect(problemsOf(`${text}sever: {}\n`)).toHaveLength(2)
  })
})

test.each(['off', 'false', 'required'])('a model may be deterministic: %s', (word) => {
  const { config } = configOf(modelWith('version: pinned', `deterministic: ${word}, `))
  expect(config.models.get('fast')?.deterministic).toBe(word === 'required' ? 'required' : 'off')
})

test('a model may not be a little deterministic', () => {
  const problems = problemsOf(modelWith('version: fixed', 'deterministic: mostly, '))
  expect(problems.map((problem) => problem.slice(problem.indexOf(' ') + 1))).toEqual([
    'models.fast.deterministic: write off or required',
    `${at}.version: write pinned or floating`,
  ])
})
