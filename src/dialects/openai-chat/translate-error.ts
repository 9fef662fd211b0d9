// Errors of this dialect's servers in our words.
import { isObject } from '../json-object.ts'
import type { ProviderError } from '../../core/answer-event.ts'
import { readError as readErrorObject, readErrorBody } from './read-error.ts'

/** A provider's error body; undefined when it is none. */
export function readError(body: unknown): ProviderError | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const { json } = readErrorBody(JSON.stringify(body))
  return json === null ? undefined : providerErrorOf(JSON.parse(json))
}

/** An error object that came alone. An empty one still says that something failed. */
export function providerErrorOf(error: unknown): ProviderError {
  const { json } = readErrorObject(error)
  const body: unknown = json === null ? {} : JSON.parse(json)
  const wire = isObject(body) ? body : {}
  const { message, type: nativeType, status, code: nativeCode, details } = wire
  return {
    message: typeof message === 'string' && message !== '' ? message : 'The provider gave no reason.',
    type: textOr(nativeType, textOr(status, textOr(nativeCode, 'error'))),
    ...((typeof nativeCode === 'string' || typeof nativeCode === 'number') && { code: String(nativeCode) }),
    ...(details !== undefined && details !== null && { details }),
  }
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise
}
