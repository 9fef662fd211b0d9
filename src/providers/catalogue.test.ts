import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'bun:test'
import { catalogue, findProvider } from './catalogue.ts'
import { describeCatalogue } from './describe-catalogue.ts'
import { snapshot } from './model-facts/snapshot.gen.ts'
import { signingFor } from './provider.ts'
import { signingHeaders } from './signing.ts'

const headerName = /^[a-z0-9-]+$/
const hosted = catalogue.filter(({ keyVariable, baseUrl }) => keyVariable !== undefined && baseUrl !== '')
/** Types whose address only the config knows. */
const withoutAddress = new Set(['openai-compatible', 'azure-openai', 'azure-openai-classic', 'cloudflare'])
const local = catalogue.filter((provider) => provider.local !== undefined)

test('no two providers share a name, a key variable, a port or a base URL', () => {
  expect(repeated(catalogue.map(({ name }) => name))).toEqual([])
  expect(repeated(catalogue.map(({ title }) => title))).toEqual([])
  expect(repeated(hosted.map(({ keyVariable }) => keyVariable))).toEqual([])
  expect(repeated(local.map(({ local: place }) => place?.port))).toEqual([])
  expect(repeated(catalogue.map(({ baseUrl }) => baseUrl).filter((url) => url !== ''))).toEqual([])
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
    if (provider.keyVariable !== undefined)
      expect(provider.keyVariable).toMatch(/^([A-Z][A-Z0-9_]*_API_KEY|HF_TOKEN)$/)
  })

  test(`${name} has a base URL that is safe to call`, () => {
    if (withoutAddress.has(name)) return expect(baseUrl).toBe('')
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
      expect(path).toMatch(/^\/[a-zA-Z0-9/{}:_-]+(\?[A-Za-z_-]+=[a-z0-9-]+)?$/)
    }
    expect(answers[provider.dialect]).toBeDefined()
    for (const dialect of Object.keys(streams)) expect(Object.keys(answers)).toContain(dialect)
  })

  test(`${name} names its source and the day it was read`, () => {
    expect(new URL(documentation).protocol).toBe('https:')
    expect(seen).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    expect(new Date(seen).toISOString().slice(0, 10)).toBe(seen)
  })

  test(`${name} has quirks that can stand in headers and lists`, () => {
    const { passHeaders = [], attemptIdHeader } = quirks
    const sent = quirks.defaultHeaders ?? {}
    const names = [...Object.keys(sent), ...passHeaders]
    if (attemptIdHeader !== undefined) names.push(attemptIdHeader)
    for (const header of names) expect(header).toMatch(headerName)
    for (const value of Object.values(sent)) expect(value).toMatch(/^[\x21-\x7e]+$/)
    for (const signing of [provider.signing, ...Object.values(provider.otherSignings ?? {})]) {
      expect(signingHeaders(signing, 'sk-test')).toMatch(/^[a-z-]+: (Bearer )?sk-test\r\n$/)
    }
    const { drops, quotaCodes, quotaPhrases, credentialStatuses, credentialPhrases } = quirks
    for (const list of [drops, quotaCodes, quotaPhrases, credentialStatuses, credentialPhrases]) {
      if (list !== undefined) expect(list.length).toBeGreaterThan(0)
    }
    // A 400 for every mistake of a client's would take the key away from all.
    for (const status of credentialStatuses ?? []) expect([400, 404, 413, 422, 429]).not.toContain(status)
    expect(quirks.drops?.includes('stream_options') === true && quirks.streamUsage === 'ask').toBe(false)
  })
}

test('a provider whose name at models.dev is known has models in the snapshot', () => {
  const named = catalogue.flatMap(({ factsName }) => factsName ?? [])
  expect(named.length).toBeGreaterThan(20)
  for (const name of named) expect(snapshot[name] ?? '').toMatch(/^\S+ (\d+|-) (\d+|-) [?a-z]*$/m)
})

test('a place with a signing of its own is signed so, unless nothing is signed at all', () => {
  const gemini = findProvider('gemini')
  if (gemini === undefined) throw new Error('gemini')
  expect(signingFor(gemini, 'gemini')).toEqual({ kind: 'header', name: 'x-goog-api-key' })
  expect(signingFor(gemini, 'models')).toEqual({ kind: 'header', name: 'x-goog-api-key' })
  expect(signingFor(gemini, 'embeddings')).toEqual({ kind: 'bearer' })
  expect(signingFor({ ...gemini, signing: { kind: 'none' } }, 'embeddings')).toEqual({ kind: 'none' })
})

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
