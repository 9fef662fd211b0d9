import { describe, expect, test } from 'bun:test'
import Anthropic from '@anthropic-ai/sdk'
import { InvalidType } from '../../core/errors.ts'
import { ContentBlocked, ProviderOverloaded, ProviderRefusedRequest } from '../../core/provider-errors.ts'
import { ThreadNotFound, ThreadUnsupported } from '../../core/reference-errors.ts'
import type { GatewayError } from '../../core/errors.ts'
import { readError } from './translate-error.ts'
import { writeError, writeErrorEvent } from './write-error.ts'

function body(error: GatewayError, status: number): Record<string, unknown> {
  return JSON.parse(writeError(error, status, 'req_1'))
}

describe('an error for Anthropic clients', () => {
  test.each([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [402, 'billing_error'],
    [403, 'permission_error'],
    [404, 'not_found_error'],
    [405, 'invalid_request_error'],
    [409, 'conflict_error'],
    [413, 'request_too_large'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [502, 'api_error'],
    [503, 'overloaded_error'],
    [504, 'timeout_error'],
    [529, 'overloaded_error'],
  ])('status %i is %s', (status, type) => {
    expect(body(new ProviderOverloaded('p', null), status)['error']).toMatchObject({ type })
  })

  test('our code and the member at fault stand in the details', () => {
    expect(body(new InvalidType('messages[0]', 'an object'), 400)).toEqual({
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: 'Invalid type for "messages[0]": expected an object.',
        details: { error_code: 'invalid_type', param: 'messages[0]' },
      },
      request_id: 'req_1',
    })
  })

  test("a provider's own error is handed on as it is, new members too", () => {
    const own = {
      type: 'brand_new_error',
      message: 'no',
      details: { error_code: 'thread_not_found' },
      hint: 1,
    }
    expect(body(new ProviderRefusedRequest('p', 404, JSON.stringify(own)), 404)['error']).toEqual(own)
  })

  test('an error of another dialect keeps its words, code and member', () => {
    const theirs = { message: 'no', type: 'invalid_request_error', param: 'n', code: 'bad_n' }
    expect(body(new ProviderRefusedRequest('p', 400, JSON.stringify(theirs)), 400)['error']).toEqual({
      type: 'invalid_request_error',
      message: 'no',
      details: { error_code: 'bad_n', param: 'n' },
    })
  })

  test.each([[null], ['no JSON'], ['[]'], ['{"message":5}']])(
    'a provider that said %j gets our words',
    (text) => {
      const { error } = body(new ProviderRefusedRequest('p', 422, text), 422)
      expect(error).toMatchObject({ details: { error_code: 'provider_refused_request' } })
    },
  )

  test('blocked content carries our code, and the words of the provider', () => {
    const own = '{"type":"invalid_request_error","message":"blocked by policy"}'
    expect(body(new ContentBlocked('p', own), 400)['error']).toEqual({
      type: 'invalid_request_error',
      message: 'blocked by policy',
      details: { error_code: 'content_blocked' },
    })
  })

  test.each([
    [new ThreadUnsupported(), 400, { error_code: 'thread_unsupported_request', unsupported: ['thread'] }],
    [new ThreadNotFound(), 404, { error_code: 'thread_not_found' }],
  ])(
    'that a thread is not to be had is told as the official client knows it: %s',
    (error, status, details) => {
      const raised = Anthropic.APIError.generate(status, body(error, status), '', new Headers())
      expect(raised).toMatchObject({ errorCode: error.code, details })
    },
  )

  test('an event stays on one line, whatever the provider wrote', () => {
    const own = '{\n"type":"api_error",\n"message":"a\\nb"}'
    const event = writeErrorEvent(new ProviderRefusedRequest('p', 400, own), 400, 'req_1')
    expect(event).toBe(
      'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"a\\nb"},"request_id":"req_1"}\n\n',
    )
  })
})

describe('an error of the Messages API', () => {
  test('its details survive', () => {
    const details = { error_code: 'thread_unsupported_request', unsupported: ['thinking'] }
    const error = { type: 'invalid_request_error', message: 'no', details }
    expect(readError({ type: 'error', error })).toEqual({ ...error, code: 'thread_unsupported_request' })
  })

  test.each([[null], [{}], [{ type: 'message' }], [{ type: 'error', error: 'x' }]])('%j is none', (value) => {
    expect(readError(value)).toBeUndefined()
  })
})
