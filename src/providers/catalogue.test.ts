import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'bun:test'
import { catalogue, findProvider } from './catalogue.ts'
import { describeCatalogue } from './describe-catalogue.ts'
import { signingHeaders } from './signing.ts'

const headerName = /^[a-z0-9-]+$/
const hosted = catalogue.filter((provider) => provider.keyVariable !== undefined)
const local = catalogue.filter((provider) => provider.local !== undefined)

test('no two providers share a name, a key variable, a port or a base URL', () => {
  expect(repeated(catalogue.map(({ name }) => name))).toEqual([])
  expect(repeated(catalogue.map(({ title }) => title))).toEqual([])
  expect(repeated(hosted.map(({ keyVariable }) => keyVariable))).toEqual([])
  expect(repeated(local.map(({ local: place }) => place?.port))).toEqual([])
  expect(repeated(catalogue.map(({ baseUrl }) => baseUrl))).toEqual([])
})

test('every file of the folder is in the list', () => {
  const files = readdirSync(join(import.meta.dir, 'catalogue')).map((file) => file.replace('.ts', ''))
  expect(catalogue.map(({ name }) => name).toSorted()).toEqual(files.toSorted())
})

test('a provider is found by its name, and nothing else is', () => {
  for (const provider of catalogue) expect(findProvider(provider.name)).toBe(provider)
  for (const name of ['', 'OpenAI', 'constructor', '__proto__', 'demo'])
    expect(findProvider(name)).toBeUndefined()
})

for (const provider of catalogue) {
  const { name, title, baseUrl, paths, quirks, documentation, seen } = provider

  test(`${name} has names that a config, a model name and a table can hold`, () => {
    expect(name).toMatch(/^[a-z0-9][a-z0-9-]*$/)
    expect(title).toMatch(/^[A-Za-z][A-Za-z0-9. -]+$/)
    if (provider.keyVariable !== undefined) expect(provider.keyVariable).toMatch(/^[A-Z][A-Z0-9]*_API_KEY$/)
  })

  test(`${name} has a base URL that is safe to call`, () => {
    if (name === 'openai-compatible') return expect(baseUrl).toBe('')
    const url = new URL(baseUrl)
    const place =
      provider.local === undefined ? `https://${url.host}` : `http://127.0.0.1:${provider.local.port}`
    expect(url.origin).toBe(place)
    expect(baseUrl).toBe(`${url.origin}${url.pathname === '/' ? '' : url.pathname}`)
    expect(baseUrl.endsWith('/')).toBe(false)
    // A hosted provider is called with a key, a local one without.
    expect(provider.keyVariable === undefined).toBe(provider.local !== undefined)
  })

  test(`${name} has endpoints that follow the base URL`, () => {
    const { answers, streams = {}, ...others } = paths
    for (const path of [answers, streams, others].flatMap((group) => Object.values(group))) {
      expect(path).toMatch(/^\/[a-zA-Z0-9/{}:_-]+(\?[a-z_]+=[a-z0-9-]+)?$/)
    }
    expect(answers[provider.dialect]).toBeDefined()
  })

  test(`${name} names its source and the day it was read`, () => {
    expect(new URL(documentation).protocol).toBe('https:')
    expect(seen).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    expect(new Date(seen).toISOString().slice(0, 10)).toBe(seen)
  })

  test(`${name} has quirks that can stand in headers and lists`, () => {
    const { headers = {}, passHeaders = [], attemptIdHeader, modelListSigning } = quirks
    const names = [...Object.keys(headers), ...passHeaders]
    if (attemptIdHeader !== undefined) names.push(attemptIdHeader)
    for (const header of names) expect(header).toMatch(headerName)
    for (const value of Object.values(headers)) expect(value).toMatch(/^[\x21-\x7e]+$/)
    for (const signing of [provider.signing, modelListSigning ?? provider.signing]) {
      expect(signingHeaders(signing, 'sk-test')).toMatch(/^[a-z-]+: (Bearer )?sk-test\r\n$/)
    }
    for (const list of [quirks.drops, quirks.quotaCodes, quirks.quotaPhrases]) {
      if (list !== undefined) expect(list.length).toBeGreaterThan(0)
    }
    expect(quirks.drops?.includes('stream_options') === true && quirks.streamUsage === 'ask').toBe(false)
  })
}

test('every provider of the OpenAI dialect is sent our attempt id', () => {
  expect(new Set(catalogue.map(({ quirks }) => quirks.attemptIdHeader))).toEqual(
    new Set(['x-client-request-id']),
  )
})

test('docs/reference/providers.md is what the catalogue says', () => {
  const page = readFileSync(join(import.meta.dir, '../../docs/reference/providers.md'), 'utf8')
  expect(page).toBe(describeCatalogue(catalogue))
})

function repeated<T>(values: readonly T[]): T[] {
  return values.filter((value, index) => values.indexOf(value) !== index)
}
