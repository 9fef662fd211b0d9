import { describe, expect, test } from 'bun:test'
import { InvalidType } from '../../core/errors.ts'
import {
  ContentBlocked,
  ProviderRateLimited,
  ProviderRefusedRequest,
  ProviderUnreachable,
} from '../../core/provider-errors.ts'
import type { GatewayError } from '../../core/errors.ts'
import { readError } from './translate-error.ts'
import { writeError, writeErrorEvent } from './write-error.ts'

function written(error: GatewayError, status: number): { readonly error: Record<string, unknown> } {
  return JSON.parse(writeError(error, status, 'req_1')) as { readonly error: Record<string, unknown> }
}

describe('errors for a Gemini client', () => {
  test('a wrong member is named in the details', () => {
    expect(written(new InvalidType('contents[0]', 'an object'), 400)).toEqual({
      error: {
        code: 400,
        message: 'Invalid type for "contents[0]": expected an object.',
        status: 'INVALID_ARGUMENT',
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
            reason: 'INVALID_TYPE',
            domain: 'sallyport',
            metadata: { param: 'contents[0]' },
          },
          { '@type': 'type.googleapis.com/google.rpc.RequestInfo', requestId: 'req_1' },
          {
            '@type': 'type.googleapis.com/google.rpc.BadRequest',
            fieldViolations: [
              { field: 'contents[0]', description: 'Invalid type for "contents[0]": expected an object.' },
            ],
          },
        ],
      },
    })
  })

  test('when to try again is told as Google tells it', () => {
    const { error } = written(new ProviderRateLimited('p', 7), 429)
    expect(error['status']).toBe('RESOURCE_EXHAUSTED')
    expect(error['details']).toContainEqual({
      '@type': 'type.googleapis.com/google.rpc.RetryInfo',
      retryDelay: '7s',
    })
  })

  test.each([
    [400, 'INVALID_ARGUMENT'],
    [401, 'UNAUTHENTICATED'],
    [403, 'PERMISSION_DENIED'],
    [404, 'NOT_FOUND'],
    [413, 'INVALID_ARGUMENT'],
    [429, 'RESOURCE_EXHAUSTED'],
    [500, 'INTERNAL'],
    [502, 'UNAVAILABLE'],
    [503, 'UNAVAILABLE'],
    [504, 'DEADLINE_EXCEEDED'],
  ])('status %d is called %s', (status, name) => {
    expect(written(new ProviderUnreachable('p', 'refused'), status).error).toMatchObject({
      code: status,
      status: name,
    })
  })

  test("Google's own error is handed on as it is, others' words in this envelope", () => {
    const own = { code: 400, message: 'Bad.', status: 'FAILED_PRECONDITION', details: [{ a: 1 }] }
    expect(written(new ProviderRefusedRequest('p', 400, JSON.stringify(own)), 400)).toEqual({ error: own })
    const other = JSON.stringify({ message: 'Too long.', type: 'invalid_request_error', param: null })
    expect(written(new ContentBlocked('p', other), 400).error).toMatchObject({
      code: 400,
      message: 'Too long.',
      status: 'INVALID_ARGUMENT',
      details: [{ reason: 'CONTENT_BLOCKED' }, {}],
    })
  })

  test('in a stream it is one more event', () => {
    const event = writeErrorEvent(new ProviderUnreachable('p', 'refused'), 502, 'req_1')
    expect(event).toStartWith('data: {"error":{"code":502,')
    expect(event).toEndWith('}}\r\n\r\n')
  })
})

describe('errors of Gemini', () => {
  test('status, reason and details survive', () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }]
    const body = { error: { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT', details } }
    const error = {
      message: 'API key not valid.',
      type: 'INVALID_ARGUMENT',
      code: 'API_KEY_INVALID',
      details,
    }
    expect(readError(body)).toEqual(error)
    expect(readError([body])).toEqual(error)
  })

  test.each([[null], ['x'], [{}], [{ error: 'x' }], [[]]])('%j is none', (body) => {
    expect(readError(body)).toBeUndefined()
  })
})
