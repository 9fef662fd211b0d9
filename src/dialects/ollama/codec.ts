// Ollama's own /api/chat, put together. Only providers speak it, so there is nothing here for clients.
import type { Setting } from '../../core/model-request.ts'
import { writingStandIns } from '../custom-tools.ts'
import type { ProviderCodec } from '../dialect.ts'
import { readAnswer } from './translate-answer.ts'
import { readError } from './translate-error.ts'
import { openReader } from './translate-stream.ts'
import { writeRequest } from './write-request.ts'

const spellings: Readonly<Partial<Record<Setting, string>>> = {
  tools: 'tools',
  maxTokens: 'options.num_predict',
  temperature: 'options.temperature',
  topP: 'options.top_p',
  topK: 'options.top_k',
  minP: 'options.min_p',
  frequencyPenalty: 'options.frequency_penalty',
  presencePenalty: 'options.presence_penalty',
  stop: 'options.stop',
  seed: 'options.seed',
  logprobs: 'logprobs',
  topLogprobs: 'top_logprobs',
  format: 'format',
  reasoning: 'think',
}

export const ollama: ProviderCodec = {
  name: 'ollama',
  framing: 'lines',
  writeRequest: writingStandIns(writeRequest),
  readAnswer,
  openReader,
  readError,
  spell: (setting) => spellings[setting],
}
