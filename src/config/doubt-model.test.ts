import { describe, expect, test } from 'bun:test'
import { catalogue } from '../providers/catalogue.ts'
import { doubtModel } from './doubt-model.ts'
import { loadDraft } from './load-config.ts'
import type { Draft } from './read-shape.ts'

function draftOf(text: string): Draft {
  const draft = loadDraft('x.yaml', { readText: () => ({ ok: true, text }) })
  if (draft === undefined) throw new Error(text)
  return draft
}

const closed = draftOf(`discover: off
providers:
  office: { type: openai-compatible, base_url: "http://127.0.0.1:1/v1", api_key: env:NOT_SET, models: [llama] }
models: { fast: { deployments: [{ provider: office, model: llama }] } }
`)
const open = draftOf('models: { fast: { deployments: [{ provider: openai, model: gpt-5 }] } }')

function doubt(model: string, draft: Draft): string | undefined {
  return doubtModel(model, draft, catalogue)
}

describe('a name on the list of a key', () => {
  test.each(['fast', 'llama', 'office/x', 'office/*', '*', 'fa*', 'of*/x', 'demo/echo'])(
    'is not doubted where the config knows it: %s',
    (model) => {
      expect(doubt(model, closed)).toBeUndefined()
    },
  )

  test.each([
    ['fats', 'no model is called "fats", and no provider lists it in the config. Did you mean "fast"?'],
    ['zebra', 'no model is called "zebra", and no provider lists it in the config.'],
    ['ofice/x', 'there is no provider "ofice" for "ofice/x". Did you mean "office/x"?'],
    ['ofice/*', 'there is no provider "ofice" for "ofice/*". Did you mean "office/*"?'],
    ['groq/x', 'the provider "groq" of "groq/x" is not declared in the config, and discover is off.'],
    ['zebra/x', 'there is no provider "zebra" for "zebra/x".'],
    ['openai-compatible/x', 'there is no provider "openai-compatible" for "openai-compatible/x".'],
  ])('is doubted where nothing can be meant: %s', (model, sentence) => {
    expect(doubt(model, closed)).toBe(sentence)
  })

  test('may be one that a provider lists when it is asked, unless it looks like a slip', () => {
    expect(['gpt-5', 'groq/x', 'openai/gpt-5'].map((model) => doubt(model, open))).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(doubt('fsat', open)).toContain('Did you mean "fast"?')
    expect(doubt('opnai/gpt-5', open)).toContain('Did you mean "openai/gpt-5"?')
    const unlisted = closed.providers?.get('office')
    const asked = new Map([['office', unlisted ? { ...unlisted, models: undefined } : null]])
    expect(doubt('zebra', { ...closed, providers: asked })).toBeUndefined()
  })

  test('is not doubted where the config is wrong in the part that would know it', () => {
    for (const text of ['models: 5', 'providers: 5']) expect(doubt('zebra/x', draftOf(text))).toBeUndefined()
  })

  test('is compared with the defaults where there is no config', () => {
    const missing = { ok: false, missing: true, reason: 'does not exist' } as const
    const defaults = loadDraft(undefined, { readText: () => missing })
    expect(defaults && doubt('zebra/x', defaults)).toContain('there is no provider "zebra"')
    expect(loadDraft('named.yaml', { readText: () => missing })).toBeUndefined()
    expect(loadDraft(undefined, { readText: () => ({ ok: true, text: 'a: [' }) })).toBeUndefined()
  })
})
