import { expect, test } from 'bun:test'
import { nearest } from './suggest.ts'

const settings = ['type', 'api_key', 'base_url', 'region', 'class', 'models']

test('a slip of the finger leads to the word that was meant', () => {
  expect(nearest('prot', ['host', 'port'])).toBe('port')
  expect(nearest('opnai', ['openai', 'xai'])).toBe('openai')
  expect(nearest('basse_url', settings)).toBe('base_url')
  expect(nearest('regoin', settings)).toBe('region')
})

test('case and separators do not count', () => {
  expect(nearest('apiKey', settings)).toBe('api_key')
  expect(nearest('base-url', settings)).toBe('base_url')
  expect(nearest('API_KEY', settings)).toBe('api_key')
})

test('a part or the beginning of one word leads to that word', () => {
  expect(nearest('url', settings)).toBe('base_url')
  expect(nearest('prio', ['priority', 'weighted'])).toBe('priority')
  expect(nearest('key', settings)).toBe('api_key')
  expect(nearest('key', ['api_key', 'other_key'])).toBeUndefined()
})

test('nothing is suggested where it would be a guess', () => {
  expect(nearest('zebra', settings)).toBeUndefined()
  expect(nearest('b', ['a', 'c'])).toBeUndefined()
  expect(nearest('', settings)).toBeUndefined()
  expect(nearest('---', settings)).toBeUndefined()
  expect(nearest('x'.repeat(65), ['x'.repeat(64)])).toBeUndefined()
  expect(nearest('models', [])).toBeUndefined()
})
