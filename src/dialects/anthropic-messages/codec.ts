// The Anthropic Messages API as a dialect: how it is read and written, and how its clients spell the settings.
import type { Setting } from '../../core/model-request.ts'
import { writingStandIns } from '../custom-tools.ts'
import type { DialectCodec } from '../dialect.ts'
import { readAnswer } from './translate-answer.ts'
import { readError } from './translate-error.ts'
import { readRequest } from './translate-request.ts'
import { openReader } from './translate-stream.ts'
import { writeAnswer } from './write-answer.ts'
import { writeError, writeErrorEvent } from './write-error.ts'
import { writeRequest } from './write-request.ts'
import { openWriter } from './write-stream.ts'

const spelling: Partial<Record<Setting, string>> = {
  tools: 'tools',
  toolChoice: 'tool_choice',
  parallelTools: 'tool_choice.disable_parallel_tool_use',
  maxTokens: 'max_tokens',
  temperature: 'temperature',
  topP: 'top_p',
  topK: 'top_k',
  stop: 'stop_sequences',
  format: 'output_config.format',
  reasoning: 'thinking',
  serviceTier: 'service_tier',
  endUser: 'metadata.user_id',
}

export const anthropicMessages: DialectCodec = {
  name: 'anthropic-messages',
  readRequest,
  writeRequest: writingStandIns(writeRequest),
  readAnswer,
  writeAnswer,
  openReader,
  openWriter,
  readError,
  writeError,
  writeErrorEvent,
  spell: (setting) => spelling[setting],
}
