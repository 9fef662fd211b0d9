import { expect, test } from 'bun:test'
import { parseDestination } from '../platform/egress/destination.ts'
import { anthropic } from './catalogue/anthropic.ts'
import { azureOpenai } from './catalogue/azure-openai.ts'
import { gemini } from './catalogue/gemini.ts'
import { openai } from './catalogue/openai.ts'
import { sambanova } from './catalogue/sambanova.ts'
import type { Provider } from './provider.ts'
import { defaultHeadersOf, fixedHeaders } from './send.ts'
import type { Connection } from './send.ts'

function connectionTo(provider: Provider): Connection {
  const destination = parseDestination(provider.baseUrl || 'https://h.example.com', 'operator')
  return { provider, destination, basePath: '', credential: 'sk-1' }
}

test.each([
  ['openai', openai, 'openai-chat', 'authorization: Bearer sk-1\r\n'],
  ['anthropic', anthropic, 'anthropic-messages/count', 'x-api-key: sk-1\r\n'],
  ['gemini', gemini, 'gemini', 'x-goog-api-key: sk-1\r\n'],
  ['gemini', gemini, 'models', 'x-goog-api-key: sk-1\r\n'],
  ['gemini', gemini, 'embeddings', 'authorization: Bearer sk-1\r\n'],
  ['azure-openai', azureOpenai, 'openai-responses', 'api-key: sk-1\r\n'],
  ['sambanova', sambanova, 'openai-chat', 'authorization: Bearer sk-1\r\n'],
  ['sambanova', sambanova, 'anthropic-messages', 'x-api-key: sk-1\r\n'],
] as const)('%s is shown the key in its way at each of its places', (_name, provider, place, line) => {
  expect(fixedHeaders(connectionTo(provider), place)).toBe(`user-agent: sallyport/0.1\r\n${line}`)
})

test("a default header goes out unless the client's own of that name does", () => {
  const version = 'anthropic-version: 2023-06-01\r\n'
  expect(defaultHeadersOf(anthropic)('')).toBe(version)
  expect(defaultHeadersOf(anthropic)('anthropic-beta: x, anthropic-version: y\r\n')).toBe(version)
  expect(defaultHeadersOf(anthropic)('anthropic-version: 2026-10-21\r\n')).toBe('')
  expect(defaultHeadersOf(anthropic)('anthropic-beta: x\r\nAnthropic-Version: 2026-10-21\r\n')).toBe('')
  expect(defaultHeadersOf(openai)('')).toBe('')
})
