import { describe, expect, test } from 'bun:test'
import { ProviderRefusedRequest, ProviderTimeout } from '../../core/provider-errors.ts'
import { openaiChat } from './codec.ts'

const { readError, spell, writeError, writeErrorEvent } = openaiChat

describe('errors of chat completions', () => {
  test('each shape that providers send is read', () => {
    const error = { message: 'Bad', type: 'invalid_request_error' }
    expect(readError({ error: { ...error, param: 'n', code: 'x' } })).toEqual({ ...error, code: 'x' })
    expect(readError([{ error: { code: 400, message: 'Bad', status: 'INVALID_ARGUMENT' } }])).toEqual({
      message: 'Bad',
      type: 'INVALID_ARGUMENT',
      code: '400',
    })
    expect(readError({ error: 'Bad' })).toEqual({ message: 'Bad', type: 'error' })
    expect(readError({ object: 'error', message: 'Bad', type: 'BadRequest', code: 40303 })).toEqual({
      message: 'Bad',
      type: 'BadRequest',
      code: '40303',
    })
    expect(readError({ detail: 'Not Found' })).toEqual({
      message: 'Not Found',
      type: 'invalid_request_error',
    })
  })

  test('what is no error is none', () => {
    expect(readError({ choices: [] })).toBeUndefined()
    expect(readError('<html>')).toBeUndefined()
    expect(readError(null)).toBeUndefined()
  })

  test('ours has the envelope of the dialect, as a body and as an event', () => {
    const error = new ProviderTimeout('x', 'no first token')
    const envelope = {
      error: { message: error.message, type: 'server_error', param: null, code: 'provider_timeout' },
    }
    expect(JSON.parse(writeError(error, 504, 'r'))).toEqual(envelope)
    expect(writeErrorEvent(error, 504, 'r')).toBe(`data: ${JSON.stringify(envelope)}\n\n`)
  })

  test("another dialect's error object gets the members that clients of this one read", () => {
    const refused = (text: string) =>
      JSON.parse(writeError(new ProviderRefusedRequest('x', 400, text), 400, 'r')) as unknown
    expect(refused('{"type":"invalid_request_error","message":"Bad"}')).toEqual({
      error: { type: 'invalid_request_error', message: 'Bad', param: null, code: null },
    })
    expect(refused('{"code":400,"message":"Bad","status":"INVALID_ARGUMENT"}')).toEqual({
      error: { type: 'INVALID_ARGUMENT', param: null, code: 400, message: 'Bad', status: 'INVALID_ARGUMENT' },
    })
  })

  test('settings are spelled as in a request', () => {
    expect(spell('choices')).toBe('n')
    expect(spell('safety')).toBeUndefined()
  })
})
