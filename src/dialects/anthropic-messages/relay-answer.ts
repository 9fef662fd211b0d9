// What a relay must know of a whole answer, and of an error, of this API.
import { billedAs } from '../../core/usage.ts'
import { errorObject, errorText, noErrorText } from '../error-text.ts'
import { isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import type { ProviderErrorText, WholeAnswer } from '../passage.ts'
import { estimateTokens, textBytes } from '../said-tokens.ts'
import type { Speech } from '../said-tokens.ts'
import { modelOf, readWholeAnswer, withoutPayload } from '../whole-answer.ts'
import type { AnswerForm } from '../whole-answer.ts'
import { readReportedTier } from './service-tier.ts'
import { hasCounts } from './tap.ts'
import { laterCounts, readUsage } from './usage.ts'

const form: AnswerForm = {
  payload: 'content',
  members: new Set(['usage', 'model', 'error']),
  read: (answer, bytes) => {
    if (!Array.isArray(answer['content'])) return withoutPayload(answer, 'content')
    return { kind: 'answer', usage: usageOf(answer), model: modelOf(answer['model']), bytes }
  },
}

/** Reads an answer's bytes. Never throws. */
export function readAnswerBytes(bytes: Uint8Array): WholeAnswer {
  return readWholeAnswer(bytes, form)
}

function usageOf({ usage }: JsonObject): ReturnType<typeof readUsage> | undefined {
  return isObject(usage) && hasCounts(usage)
    ? billedAs(readUsage(laterCounts({}, usage)), readReportedTier(usage['service_tier']))
    : undefined
}

/** What the blocks hold beside words: names of kinds, ids, signatures, and what the provider's own tools found. */
const speech: Speech = {
  silent: new Set(['type', 'id', 'tool_use_id', 'signature', 'data', 'citations', 'caller', 'content']),
  written: new Set(['input']),
}

/** Estimates the output tokens of an answer that the reading let pass. Never throws. */
export function estimateOutput(bytes: Uint8Array): number {
  return estimateTokens(bytes, (answer) =>
    textBytes(isObject(answer) ? answer['content'] : undefined, speech),
  )
}

/** Reads an error body, or the error object of a stream. `error_code` of its details is the more exact word. */
export function readErrorText(text: string): ProviderErrorText {
  const error = errorObject(text)
  if (error === undefined) return noErrorText
  const { details, type } = error
  return errorText(error, isObject(details) ? details['error_code'] : undefined, type)
}
