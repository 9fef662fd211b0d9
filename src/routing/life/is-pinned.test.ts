import { expect, test } from 'bun:test'
import { isPinned } from './is-pinned.ts'

test.each([
  'gpt-4o-2024-08-06',
  'gpt-5-mini-2025-08-07',
  'openai/gpt-4o-2024-08-06:extended',
  'claude-haiku-4-5-20251001',
  'claude-haiku-4-5@20251001',
  'anthropic.claude-3-5-sonnet-20240620-v1:0',
  'amazon.nova-pro-v1:0',
  'gemini-2.0-flash-001',
  'gemini-2.5-flash-preview-05-20',
  'text-bison@002',
  'gpt-4-0613',
  'gpt-4-0125-preview',
  'mistral-large-2411',
  'llama3.3@sha256:0123456789ab',
])('%s names one version for ever', (name) => {
  expect(isPinned(name)).toBe(true)
})

test.each([
  'gpt-5',
  'gpt-4o-mini',
  'gpt-4.1',
  'claude-opus-4-5',
  'gemini-2.5-flash',
  'gemini-flash-latest',
  'mistral-large-latest',
  'gpt-4o-2024-13-06',
  'llama3.3:70b',
  'llama-3.3-70b-versatile',
  'qwen3-235b-a22b',
  'o3',
  '',
])('%p may mean other weights tomorrow', (name) => {
  expect(isPinned(name)).toBe(false)
})
