// How clients of this dialect spell our settings, as JSON paths of the body.
import type { Setting } from '../../core/model-request.ts'

const spellings: Readonly<Partial<Record<Setting, string>>> = {
  tools: 'tools',
  toolChoice: 'toolConfig',
  maxTokens: 'generationConfig.maxOutputTokens',
  temperature: 'generationConfig.temperature',
  topP: 'generationConfig.topP',
  topK: 'generationConfig.topK',
  frequencyPenalty: 'generationConfig.frequencyPenalty',
  presencePenalty: 'generationConfig.presencePenalty',
  stop: 'generationConfig.stopSequences',
  seed: 'generationConfig.seed',
  choices: 'generationConfig.candidateCount',
  logprobs: 'generationConfig.responseLogprobs',
  topLogprobs: 'generationConfig.logprobs',
  format: 'generationConfig.responseJsonSchema',
  reasoning: 'generationConfig.thinkingConfig',
  modalities: 'generationConfig.responseModalities',
  serviceTier: 'serviceTier',
  metadata: 'labels',
  safety: 'safetySettings',
}

export function spell(setting: Setting): string | undefined {
  return spellings[setting]
}
