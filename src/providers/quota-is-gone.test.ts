import { expect, test } from 'bun:test'
import { anthropic } from './catalogue/anthropic.ts'
import { gemini } from './catalogue/gemini.ts'
import { groq } from './catalogue/groq.ts'
import { mistral } from './catalogue/mistral.ts'
import { openai } from './catalogue/openai.ts'
import { openrouter } from './catalogue/openrouter.ts'
import { xai } from './catalogue/xai.ts'
import type { Provider } from './provider.ts'
import { quotaIsGone } from './quota-is-gone.ts'

interface Case {
  readonly title: string
  readonly provider: Provider
  readonly status: number
  readonly body: unknown
  readonly retryLater?: boolean
}

const xaiText = 'Your team 16f2 has either used all available credits or reached its monthly spending limit.'

const gone: readonly Case[] = [
  {
    title: 'OpenAI tells it by code',
    provider: openai,
    status: 429,
    body: {
      error: { message: '…', type: 'insufficient_quota', param: null, code: 'credit_balance_exhausted' },
    },
  },
  {
    title: 'OpenAI tells it by type alone',
    provider: openai,
    status: 429,
    body: { error: { message: '…', type: 'insufficient_quota', code: 'a_code_of_tomorrow' } },
  },
  { title: 'a 402 tells it by itself', provider: mistral, status: 402, body: 'Payment required' },
  {
    title: 'Groq tells it with a 400',
    provider: groq,
    status: 400,
    body: { error: { message: '…', type: 'invalid_request_error', code: 'blocked_api_access' } },
  },
  {
    title: 'Anthropic tells it in the details',
    provider: anthropic,
    status: 429,
    body: {
      type: 'error',
      error: { type: 'rate_limit_error', details: { error_code: 'enforced_spend_limit_reached' } },
    },
  },
  {
    title: 'Anthropic tells it in words, with a 400',
    provider: anthropic,
    status: 400,
    body: {
      error: { type: 'invalid_request_error', message: 'You have reached your specified API usage limits.' },
    },
  },
  {
    title: 'OpenRouter tells it in the metadata',
    provider: openrouter,
    status: 403,
    body: { error: { code: 403, message: '…', metadata: { limit_source: 'openrouter_workspace_budget' } } },
  },
  { title: 'xAI tells it in words', provider: xai, status: 429, body: { code: '…', error: xaiText } },
  {
    title: 'Gemini tells it in an array',
    provider: gemini,
    status: 429,
    body: [
      {
        error: {
          code: 429,
          message: 'Your prepayment credits are depleted. …',
          status: 'RESOURCE_EXHAUSTED',
        },
      },
    ],
  },
]

const notGone: readonly Case[] = [
  {
    title: 'a rate',
    provider: openai,
    status: 429,
    body: { error: { message: 'Rate limit reached', type: 'requests', code: 'rate_limit_exceeded' } },
  },
  {
    title: "Gemini's rate, whose status is the same word",
    provider: gemini,
    status: 429,
    body: [
      { error: { code: 429, message: 'You exceeded your current quota', status: 'RESOURCE_EXHAUSTED' } },
    ],
  },
  {
    title: 'a 402 that says when to come back',
    provider: openrouter,
    status: 402,
    body: { error: { code: 402, metadata: { limit_source: 'openrouter_in_flight_budget' } } },
    retryLater: true,
  },
  {
    title: 'a fault of the provider',
    provider: openai,
    status: 500,
    body: { error: { code: 'insufficient_quota' } },
  },
  {
    title: "a client's words in the message",
    provider: xai,
    status: 400,
    body: { code: 'invalid', error: `No model "${xaiText}"` },
  },
  {
    title: "a client's words in a member that repeats its input",
    provider: openai,
    status: 422,
    body: {
      detail: [{ input: { code: 'insufficient_quota' } }],
      error: { input: { code: 'insufficient_quota' } },
    },
  },
  {
    title: 'a page that is not JSON',
    provider: openai,
    status: 429,
    body: '<html>insufficient_quota</html>',
  },
  { title: 'an empty body', provider: openai, status: 429, body: '' },
  { title: 'JSON that is no object', provider: openai, status: 429, body: null },
]

for (const example of gone) test(`quota is gone: ${example.title}`, () => expect(judged(example)).toBe(true))
for (const example of notGone)
  test(`quota is not gone: ${example.title}`, () => expect(judged(example)).toBe(false))

test('a body too large or too deep is judged by its status alone', () => {
  const large = JSON.stringify({ error: { code: 'insufficient_quota', message: 'x'.repeat(70_000) } })
  const deep = `${'{"error":'.repeat(1000)}{"code":"insufficient_quota"}${'}'.repeat(1000)}`
  for (const body of [large, deep]) {
    expect(quotaIsGone(openai.quirks, { status: 429, body, retryLater: false })).toBe(false)
  }
})

function judged({ provider, status, body, retryLater = false }: Case): boolean {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return quotaIsGone(provider.quirks, { status, body: text, retryLater })
}
