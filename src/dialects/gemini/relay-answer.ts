// What a relay must know of a whole answer, and of an error, of this dialect.
import { errorObject, errorText, noErrorText } from '../error-text.ts'
import { isObject } from '../json-object.ts'
import type { ProviderErrorText, WholeAnswer } from '../passage.ts'
import { estimateTokens, textBytes } from '../said-tokens.ts'
import type { Speech } from '../said-tokens.ts'
import { modelOf, readWholeAnswer, withoutPayload } from '../whole-answer.ts'
import type { AnswerForm } from '../whole-answer.ts'
import { isBlocked } from './tap.ts'
import { readError } from './translate-error.ts'
import { readUsage } from './usage.ts'

const form: AnswerForm = {
  payload: 'candidates',
  members: new Set(['usageMetadata', 'modelVersion', 'promptFeedback', 'error']),
  read: (answer, bytes) => {
    const { candidates, promptFeedback, usageMetadata, modelVersion } = answer
    if (!Array.isArray(candidates) && !isBlocked(promptFeedback)) return withoutPayload(answer, 'candidates')
    return { kind: 'answer', usage: readUsage(usageMetadata), model: modelOf(modelVersion), bytes }
  },
}

/** Reads an answer's bytes. Never throws. */
export function readAnswerBytes(bytes: Uint8Array): WholeAnswer {
  return readWholeAnswer(bytes, form)
}

/** What the candidates hold beside words: why they ended, what they rest on, ids, signatures, and pictures. */
const speech: Speech = {
  silent: new Set([
    'role',
    'id',
    'mimeType',
    'data',
    'thoughtSignature',
    'fileUri',
    'finishReason',
    'finishMessage',
    'safetyRatings',
    'citationMetadata',
    'groundingMetadata',
    'groundingAttributions',
    'urlContextMetadata',
    'logprobsResult',
    'codeExecutionResult',
  ]),
  written: new Set(['args']),
}

/** Estimates the output tokens of an answer that the reading let pass. Never throws. */
export function estimateOutput(bytes: Uint8Array): number {
  return estimateTokens(bytes, (answer) =>
    textBytes(isObject(answer) ? answer['candidates'] : undefined, speech),
  )
}

/** Reads an error body, or the error object of a stream. The reason among its details is the more exact word. */
export function readErrorText(text: string): ProviderErrorText {
  const error = errorObject(text)
  if (error === undefined) return noErrorText
  return errorText(error, readError({ error })?.code, error['status'])
}
