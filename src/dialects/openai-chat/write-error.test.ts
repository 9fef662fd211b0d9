import { describe, expect, test } from 'bun:test'
import { ProviderRefusedRequest } from '../../core/provider-errors.ts'
import { errorEnvelope, errorEvent } from './write-error.ts'

describe('an error of the provider', () => {
  const printed = '{\r\n  "message": "no\\nsuch thing",\n\n  "type": "invalid_request_error"\n}'
  const error = new ProviderRefusedRequest('sim', 400, printed)

  test('is handed on as it was printed', () => {
    expect(errorEnvelope(error, 400)).toBe(`{"error":${printed}}`)
  })

  test('is one event of a stream, over however many lines it was printed', () => {
    const event = errorEvent(errorEnvelope(error, 400))
    expect(event.indexOf('\n')).toBe(event.length - 2)
    expect(JSON.parse(event.slice('data: '.length))).toEqual({ error: JSON.parse(printed) })
  })
})
