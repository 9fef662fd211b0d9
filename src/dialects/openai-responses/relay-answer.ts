// What a relay must know of a whole answer, and of an error, of this dialect.
import { billedAs } from '../../core/usage.ts'
import { errorObject, errorText, noErrorText } from '../error-text.ts'
import { isObject } from '../json-object.ts'
import type { ProviderErrorText, WholeAnswer } from '../passage.ts'
import { estimateTokens, textBytes } from '../said-tokens.ts'
import type { Speech } from '../said-tokens.ts'
import { modelOf, readWholeAnswer, withoutPayload } from '../whole-answer.ts'
import type { AnswerForm } from '../whole-answer.ts'
import { readUsage } from './usage.ts'

const form: AnswerForm = {
  payload: 'output',
  members: new Set(['usage', 'model', 'error', 'status', 'service_tier']),
  read: (answer, bytes) => {
    const { output, status, usage, model, service_tier: tier } = answer
    if (status === 'failed' || status === 'cancelled') return { kind: 'error' }
    if (!Array.isArray(output)) return withoutPayload(answer, 'output')
    return { kind: 'answer', usage: billedAs(readUsage(usage), tier), model: modelOf(model), bytes }
  },
}

/** Reads an answer's bytes. Never throws. */
export function readAnswerBytes(bytes: Uint8Array): WholeAnswer {
  return readWholeAnswer(bytes, form)
}

/** What the items hold beside words: names of kinds, ids, states, seals, sound and pictures. */
const speech: Speech = {
  silent: new Set([
    'type',
    'id',
    'status',
    'role',
    'phase',
    'call_id',
    'encrypted_content',
    'annotations',
    'logprobs',
    'data',
    'result',
  ]),
  written: new Set(),
}

/** Estimates the output tokens of an answer that the reading let pass. Never throws. */
export function estimateOutput(bytes: Uint8Array): number {
  return estimateTokens(bytes, (answer) => textBytes(isObject(answer) ? answer['output'] : undefined, speech))
}

/** Reads an error body, or the error object of a stream. The SDKs look for four members. */
export function readErrorText(text: string): ProviderErrorText {
  const error = errorObject(text)
  if (error === undefined) return noErrorText
  const { type, code, param } = error
  const complete = {
    ...error,
    type: type ?? code ?? 'invalid_request_error',
    param: param ?? null,
    code: code ?? null,
  }
  return errorText(complete, code, type)
}
