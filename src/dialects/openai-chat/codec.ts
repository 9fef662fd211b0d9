// The chat dialect at both ends: everything that this folder offers to translation, put together.
import { isObject } from '../json-object.ts'
import type { GatewayError } from '../../core/errors.ts'
import type { DialectCodec } from '../dialect.ts'
import { spell } from './spelling.ts'
import { readAnswer } from './translate-answer.ts'
import { readError } from './translate-error.ts'
import { readRequest } from './translate-request.ts'
import { openReader } from './translate-stream.ts'
import { writeAnswer } from './write-answer.ts'
import { errorEnvelope, errorEvent } from './write-error.ts'
import { writeRequest } from './write-request.ts'
import { openWriter } from './write-stream.ts'

export const openaiChat: DialectCodec = {
  name: 'openai-chat',
  endMayBeUnsaid: true,
  readRequest,
  writeRequest,
  readAnswer,
  writeAnswer,
  openReader,
  openWriter,
  readError,
  writeError: envelope,
  writeErrorEvent: (error, status) => errorEvent(envelope(error, status)),
  spell,
}

/** A provider's own error object may come from another dialect: SDKs read these four members of it. */
function envelope(error: GatewayError, status: number): string {
  const text = errorEnvelope(error, status)
  const written: unknown = JSON.parse(text)
  const inner = isObject(written) ? written['error'] : undefined
  if (!isObject(inner) || ('type' in inner && 'param' in inner && 'code' in inner)) return text
  const type = typeof inner['status'] === 'string' ? inner['status'] : 'invalid_request_error'
  return JSON.stringify({ error: { type, param: null, code: null, ...inner } })
}
