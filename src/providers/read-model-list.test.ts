import { expect, test } from 'bun:test'
import { cohere } from './catalogue/cohere.ts'
import { gemini } from './catalogue/gemini.ts'
import { ollama } from './catalogue/ollama.ts'
import { openai } from './catalogue/openai.ts'
import { together } from './catalogue/together.ts'
import { findModelList, readModelList } from './read-model-list.ts'

function listOf(...names: readonly unknown[]): string {
  return JSON.stringify({ object: 'list', data: names.map((id) => ({ id, object: 'model' })) })
}

test("OpenAI's list gives its names, sorted, each once", () => {
  expect(readModelList(listOf('gpt-b', 'gpt-a', 'gpt-b'), openai)).toEqual(['gpt-a', 'gpt-b'])
})

test("Together's bare array is read too", () => {
  const body = JSON.stringify([{ id: 'meta-llama/Llama-3.3-70B', type: 'chat' }, { id: 'Qwen/Qwen3' }])
  expect(readModelList(body, together)).toEqual(['Qwen/Qwen3', 'meta-llama/Llama-3.3-70B'])
})

test("Gemini's names lose the prefix that calls do without", () => {
  expect(readModelList(listOf('models/gemini-flash', 'gemini-pro'), gemini)).toEqual([
    'gemini-flash',
    'gemini-pro',
  ])
  expect(readModelList(listOf('models/gemini-flash'), openai)).toEqual(['models/gemini-flash'])
})

test("Gemini's own list, and Cohere's, have names in place of ids", () => {
  const own = { models: [{ name: 'models/gemini-flash', version: '3' }, { name: 'models/text-embedding' }] }
  expect(readModelList(JSON.stringify(own), gemini)).toEqual(['gemini-flash', 'text-embedding'])
  const named = {
    models: [{ name: 'command-a', endpoints: ['chat'] }, { name: 7 }, null],
    next_page_token: 'x',
  }
  expect(readModelList(JSON.stringify(named), cohere)).toEqual(['command-a'])
  expect(findModelList('{"models":[]}', gemini)).toEqual([])
})

test('a server without models has an empty list, which is a list', () => {
  for (const body of ['{"object":"list","data":null}', '{"object":"list","data":[]}', '{"data":[]}', '[]']) {
    expect(findModelList(body, ollama)).toEqual([])
  }
})

const noLists = [
  '',
  'null',
  '7',
  '"models"',
  '{',
  '<!doctype html>',
  '{}',
  '{"data":null}',
  '{"data":{}}',
  '{"data":"x"}',
  '{"data":[1,null,"x",{}]}',
  '[1,2,3]',
  '[{"name":"a"}]',
  '{"error":{"message":"no"}}',
  '{"models":null}',
  '{"models":{"name":"a"}}',
  '{"models":[{"id":7},3]}',
] as const

for (const body of noLists) {
  test(`no model list: ${body === '' ? 'an empty body' : body}`, () => {
    expect(findModelList(body, openai)).toBeUndefined()
    expect(readModelList(body, openai)).toEqual([])
  })
}

test('odd entries are left out, the rest stays', () => {
  const odd = [
    null,
    7,
    {},
    [],
    '',
    ' a',
    'a ',
    'a\u0000b',
    'a\u001b[31mb',
    'a\nb',
    'a\u007fb',
    'a\u0085b',
    'a\u200bb',
    'a\u202eb',
    'a\u2028b',
    'a\ud800b',
  ]
  expect(readModelList(listOf('good', ...odd, 'größe', '模型'), openai)).toEqual(['good', 'größe', '模型'])
})

test('names that a plain object would answer to are only names', () => {
  const body = '{"object":"list","data":[{"id":"__proto__"},{"id":"constructor"},{"__proto__":{"id":"x"}}]}'
  expect(readModelList(body, openai)).toEqual(['__proto__', 'constructor'])
})

test('a name of 256 characters is kept, of 257 left out', () => {
  expect(readModelList(listOf('a'.repeat(256), 'b'.repeat(257)), openai)).toEqual(['a'.repeat(256)])
})

test('at most 10,000 names are read', () => {
  const names = Array.from({ length: 10_001 }, (_, index) => `m${String(index).padStart(5, '0')}`)
  const read = readModelList(listOf(...names), openai)
  expect(read.length).toBe(10_000)
  expect(read.at(-1)).toBe('m09999')
})

test('a list above 16 MiB is not read', () => {
  const body = listOf('a')
  expect(readModelList(body.padEnd(16 * 1024 * 1024), openai)).toEqual(['a'])
  expect(readModelList(body.padEnd(16 * 1024 * 1024 + 1), openai)).toEqual([])
})
