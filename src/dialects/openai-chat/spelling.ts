// How clients of this dialect spell the settings that a request may carry.
import type { Setting } from '../../core/model-request.ts'

const spellings: Readonly<Record<Setting, string | undefined>> = {
  tools: 'tools',
  toolChoice: 'tool_choice',
  parallelTools: 'parallel_tool_calls',
  maxTokens: 'max_completion_tokens',
  temperature: 'temperature',
  topP: 'top_p',
  topK: 'top_k',
  minP: 'min_p',
  frequencyPenalty: 'frequency_penalty',
  presencePenalty: 'presence_penalty',
  stop: 'stop',
  seed: 'seed',
  choices: 'n',
  logprobs: 'logprobs',
  topLogprobs: 'top_logprobs',
  logitBias: 'logit_bias',
  format: 'response_format',
  reasoning: 'reasoning_effort',
  verbosity: 'verbosity',
  modalities: 'modalities',
  audio: 'audio',
  prediction: 'prediction',
  serviceTier: 'service_tier',
  endUser: 'user',
  metadata: 'metadata',
  cacheKey: 'prompt_cache_key',
  safety: undefined,
}

export function spell(setting: Setting): string | undefined {
  return spellings[setting]
}
