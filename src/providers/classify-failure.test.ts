import { describe, expect, test } from 'bun:test'
import { chatDeployment } from '../../test/chat-deployment.ts'
import { fireworks } from './catalogue/fireworks.ts'
import { openai } from './catalogue/openai.ts'
import { xai } from './catalogue/xai.ts'
import { readErrorBody } from '../dialects/openai-chat/read-error.ts'
import { classifyInnerError, classifyStatus, readRetryAfter } from './classify-failure.ts'
import type { Failure } from './classify-failure.ts'
import { keyIsRefused } from './key-is-refused.ts'
import type { KeyQuirks } from './key-is-refused.ts'
import { quotaIsGone } from './quota-is-gone.ts'

interface Answered {
  readonly status: number
  readonly body: string
}

const deployment = chatDeployment({
  quotaIsGone: (answer) => quotaIsGone(openai.quirks, answer),
  redact: (text) => text.replaceAll('sk-secret', '[redacted]'),
})

function classified(status: number, body: string, retryAfter: string | undefined): Failure {
  const error = readErrorBody(deployment.redact(body))
  return classifyStatus(deployment, { status, body, error, retryAfter }, 0)
}

function classify(status: number, body = '', retryAfter?: string): unknown {
  const { outcome, error, elsewhere } = classified(status, body, retryAfter)
  return [outcome, error.code, elsewhere]
}

describe('whose failure it was', () => {
  test.each([
    [400, 'client_fault', 'provider_refused_request', false],
    [404, 'client_fault', 'provider_refused_request', true],
    [413, 'client_fault', 'provider_refused_request', false],
    [422, 'client_fault', 'provider_refused_request', false],
    [401, 'credential', 'provider_auth', true],
    [402, 'credential', 'provider_quota', true],
    [403, 'credential', 'provider_auth', true],
    [429, 'throttled', 'provider_rate_limited', true],
    [500, 'server_fault', 'provider_error', true],
    [502, 'server_fault', 'provider_error', true],
    [503, 'overloaded', 'provider_overloaded', true],
    [529, 'overloaded', 'provider_overloaded', true],
    [307, 'server_fault', 'provider_error', true],
    [408, 'server_fault', 'provider_error', true],
  ])('status %p is %s', (status, outcome, code, elsewhere) => {
    expect(classify(status)).toEqual([outcome, code, elsewhere])
  })

  test('a 429 for an empty account is no rate', () => {
    const body = '{"error":{"message":"…","type":"insufficient_quota","code":"insufficient_quota"}}'
    expect(classify(429, body)).toEqual(['credential', 'provider_quota', true])
  })

  test('a refused key is nobody’s fault but the credential’s, whatever the status', () => {
    const judged = (status: number, quirks: KeyQuirks, body = ''): unknown => {
      const keyed = { ...deployment, keyIsRefused: (answer: Answered) => keyIsRefused(quirks, answer) }
      const error = readErrorBody(body)
      const failure = classifyStatus(keyed, { status, body, error, retryAfter: undefined }, 0)
      return [failure.outcome, failure.error.code, failure.elsewhere]
    }
    const wrongKey = '{"code":"invalid","error":"Incorrect API key provided: gs***tF."}'
    const refused = ['credential', 'provider_auth', true]
    expect(judged(412, fireworks.quirks)).toEqual(refused)
    expect(judged(400, xai.quirks, wrongKey)).toEqual(refused)
    expect(judged(400, xai.quirks, '{"error":"no"}')).toEqual([
      'client_fault',
      'provider_refused_request',
      false,
    ])
    expect(judged(412, xai.quirks, wrongKey)).toEqual(['client_fault', 'provider_refused_request', false])
  })

  test('a content filter is asked nowhere else', () => {
    expect(classify(400, '{"error":{"code":"content_filter","message":"no"}}')).toEqual([
      'content',
      'content_blocked',
      false,
    ])
  })

  test('a refusal keeps its words and loses the credential', () => {
    const body = '{"error":{"message":"bad sk-secret","param":"x","extra":{"a":1}}}'
    const { error } = classified(400, body, undefined)
    expect(error).toMatchObject({
      status: 400,
      providerError: '{"message":"bad [redacted]","param":"x","extra":{"a":1}}',
    })
  })

  test.each([
    [{ code: 'rate_limit_exceeded', type: '', json: null }, 'throttled'],
    [{ code: '', type: 'overloaded_error', json: null }, 'overloaded'],
    [{ code: '', type: 'server_error', json: null }, 'server_fault'],
    [{ code: 'content_filter', type: '', json: null }, 'content'],
  ] as const)('an error inside an answer: %j is %s', (error, outcome) => {
    expect(classifyInnerError(deployment, error).outcome).toBe(outcome)
  })

  test.each([
    ['7', 7],
    ['0.2', 1],
    ['999999', 3600],
    ['Thu, 01 Jan 1970 00:00:30 GMT', 30],
    ['soon', null],
    [undefined, null],
  ])('retry-after %p is %p seconds', (header, seconds) => {
    expect(readRetryAfter(header, 0)).toBe(seconds)
  })
})
