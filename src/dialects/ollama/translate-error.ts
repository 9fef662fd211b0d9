// Errors of this API: `{"error":"text"}`, as a body or as a line of a stream.
import { isObject } from '../json-object.ts'
import type { ProviderError } from '../../core/answer-event.ts'
import { textOf } from './text-of.ts'

/** It has no kinds of errors, so all of them are of this one. */
const type = 'error'

/** A provider's error body; undefined when it is none. */
export function readError(body: unknown): ProviderError | undefined {
  const error = isObject(body) ? body['error'] : undefined
  if (typeof error === 'string') return { message: error, type }
  // What stands in front of it may answer in the way of other APIs.
  if (!isObject(error)) return undefined
  return { message: textOf(error['message']) ?? '', type: textOf(error['type']) ?? type }
}
