import { expect, test } from 'bun:test'
import { nearestName } from './nearest-name.ts'

const known = ['gpt-5', 'gpt-5-mini', 'claude-haiku', 'fast']

const slips = [
  ['gpt5', 'gpt-5'],
  ['gpt-5-mni', 'gpt-5-mini'],
  ['GPT-5-Mini', 'gpt-5-mini'],
  ['claude-hiaku', 'claude-haiku'],
  ['fsat', 'fast'],
] as const

for (const [asked, meant] of slips) {
  test(`"${asked}" is taken for "${meant}"`, () => {
    expect(nearestName(asked, known)).toBe(meant)
  })
}

test('another word is no slip', () => {
  for (const asked of ['', 'x', 'slow', 'mistral-large', 'a'.repeat(200)]) {
    expect(nearestName(asked, known)).toBeUndefined()
  }
})

test('of two that are equally near, the first is offered', () => {
  expect(nearestName('model-c', ['model-a', 'model-b'])).toBe('model-a')
})

test('only the first 2,000 names are compared', () => {
  const many = Array.from({ length: 2000 }, (_, index) => `m${index}-${'x'.repeat(30)}`)
  expect(nearestName('claude-haik', [...many, 'claude-haiku'])).toBeUndefined()
  expect(nearestName('claude-haik', [...many.slice(1), 'claude-haiku'])).toBe('claude-haiku')
})
