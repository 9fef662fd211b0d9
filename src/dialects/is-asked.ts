// What of a request asks for anything. Clients send many settings with the value that they would have anyway; where a
// provider has no word for such a setting nothing is lost.
import type { ModelRequest, Setting } from '../core/model-request.ts'

type Asks = (request: ModelRequest) => boolean

/** Settings that ask for nothing by some of their values; all others ask whenever they are given. */
const asks: Readonly<Partial<Record<Setting, Asks>>> = {
  choices: ({ choices = 1 }) => choices > 1,
  frequencyPenalty: ({ frequencyPenalty = 0 }) => frequencyPenalty !== 0,
  presencePenalty: ({ presencePenalty = 0 }) => presencePenalty !== 0,
  logprobs: ({ logprobs }) => logprobs === true,
  logitBias: ({ logitBias = {} }) => Object.keys(logitBias).length > 0,
  metadata: ({ metadata = {} }) => Object.keys(metadata).length > 0,
  modalities: ({ modalities = [] }) => modalities.some((modality) => modality.toLowerCase() !== 'text'),
  parallelTools: ({ parallelTools }) => parallelTools === false,
  safety: ({ safety }) => safety !== undefined && !(Array.isArray(safety) && safety.length === 0),
  serviceTier: ({ serviceTier = 'auto' }) => serviceTier !== 'auto' && serviceTier !== 'default',
  stop: ({ stop = [] }) => stop.length > 0,
  tools: ({ tools = [] }) => tools.length > 0,
}

export function isAsked(request: ModelRequest, setting: Setting): boolean {
  const ask = asks[setting]
  return ask === undefined ? request[setting] !== undefined : ask(request)
}

/** Those of the settings that ask for something, as what is dropped of a request. */
export function droppedOf(
  request: ModelRequest,
  settings: readonly Setting[],
): { readonly setting: Setting }[] {
  return settings.filter((setting) => isAsked(request, setting)).map((setting) => ({ setting }))
}
