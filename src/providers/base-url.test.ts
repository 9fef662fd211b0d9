import { expect, test } from 'bun:test'
import { baseUrlFor } from './base-url.ts'
import { catalogue, findProvider } from './catalogue.ts'
import type { Provider } from './provider.ts'

test("without a base URL in the config it is the catalogue's", () => {
  for (const provider of catalogue) expect(baseUrlFor(provider, undefined)).toBe(provider.baseUrl)
})

test.each([
  ['ollama', 'http://10.0.0.7:11434/v1', 'http://10.0.0.7:11434'],
  ['ollama', 'http://10.0.0.7:11434', 'http://10.0.0.7:11434'],
  ['ollama', 'https://gpu.example.com/ollama/v1', 'https://gpu.example.com/ollama'],
  [
    'gemini',
    'https://generativelanguage.googleapis.com/v1beta/openai',
    'https://generativelanguage.googleapis.com/v1beta',
  ],
  ['zai', 'https://api.z.ai/api/paas/v4', 'https://api.z.ai/api'],
  ['vllm', 'http://127.0.0.1:9000/v1', 'http://127.0.0.1:9000/v1'],
  ['openai-compatible', 'https://h.example.com/v1', 'https://h.example.com/v1'],
])('%s at %s is called at %s', (name, declared, called) => {
  expect(baseUrlFor(known(name), declared)).toBe(called)
})

test('what the documentation of a provider calls its base URL leads to the same chat path', () => {
  for (const provider of catalogue) {
    const { baseUrl, paths, quirks } = provider
    const suffix = quirks.baseUrlSuffix
    if (suffix === undefined || baseUrl === '') continue
    expect(baseUrlFor(provider, baseUrl + suffix)).toBe(baseUrl)
    expect(Object.values({ ...paths.answers, embeddings: paths.embeddings }).join(' ')).toContain(
      `${suffix}/`,
    )
  }
})

function known(name: string): Provider {
  const provider = findProvider(name)
  if (provider === undefined) throw new Error(name)
  return provider
}
