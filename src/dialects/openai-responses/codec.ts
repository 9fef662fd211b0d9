// OpenAI's Responses dialect, put together.
import type { Setting } from '../../core/model-request.ts'
import type { DialectCodec } from '../dialect.ts'
import { errorBody } from '../openai-chat/write-error.ts'
import { echoOf } from './response-body.ts'
import { readAnswer } from './translate-answer.ts'
import { readError } from './translate-error.ts'
import { readRequest } from './translate-request.ts'
import { openReader } from './translate-stream.ts'
import { writeAnswer } from './write-answer.ts'
import { writeErrorEvent } from './write-error.ts'
import { writeRequest } from './write-request.ts'
import { openWriter } from './write-stream.ts'

const spellings: ReadonlyMap<Setting, string> = new Map<Setting, string>([
  ['tools', 'tools'],
  ['toolChoice', 'tool_choice'],
  ['parallelTools', 'parallel_tool_calls'],
  ['maxTokens', 'max_output_tokens'],
  ['temperature', 'temperature'],
  ['topP', 'top_p'],
  ['logprobs', 'include'],
  ['topLogprobs', 'top_logprobs'],
  ['format', 'text.format'],
  ['verbosity', 'text.verbosity'],
  ['reasoning', 'reasoning'],
  ['serviceTier', 'service_tier'],
  ['endUser', 'safety_identifier'],
  ['metadata', 'metadata'],
  ['cacheKey', 'prompt_cache_key'],
])

export const openaiResponses: DialectCodec = {
  name: 'openai-responses',
  readRequest,
  writeRequest,
  readAnswer,
  writeAnswer,
  openReader,
  openWriter,
  readError,
  echoOf,
  writeError: errorBody,
  writeErrorEvent: (error, status) => writeErrorEvent(error, status, 0),
  spell: (setting) => spellings.get(setting),
}
