// Our settings as `generationConfig`. What Google has no word for is dropped and said.
import { given } from '../json-object.ts'
import type { AnswerFormat, ModelRequest, Reasoning, Setting } from '../../core/model-request.ts'
import type { WriteWishes } from '../dialect.ts'
import { budgetOfEffort } from '../reasoning-amounts.ts'
import { alwaysThinks } from './model-series.ts'
import type { WireObject, Writing } from './writing.ts'

const int32Max = 2 ** 31

export interface ConfigWishes {
  readonly wishes: WriteWishes
  /** The format, unless a function stands in for it or it cannot be had. */
  readonly format: AnswerFormat | undefined
}

export function writeGenerationConfig(
  request: ModelRequest,
  { wishes, format }: ConfigWishes,
  writing: Writing,
): WireObject {
  const drop = (setting: Setting): undefined => void writing.dropped.push({ setting })
  const { seed, reasoning } = request
  return given({
    maxOutputTokens: request.maxTokens,
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    frequencyPenalty: request.frequencyPenalty,
    presencePenalty: request.presencePenalty,
    stopSequences: request.stop === undefined || request.stop.length === 0 ? undefined : request.stop,
    seed: seed !== undefined && (seed >= int32Max || seed < -int32Max) ? drop('seed') : seed,
    candidateCount: request.choices,
    responseLogprobs: request.logprobs,
    logprobs: request.topLogprobs,
    ...formatMembers(format),
    responseModalities: request.modalities === undefined ? undefined : modalitiesOf(request.modalities, drop),
    thinkingConfig: reasoning === undefined ? undefined : thinkingOf(reasoning, wishes.model, writing),
  })
}

function formatMembers(format: AnswerFormat | undefined): WireObject {
  if (format === undefined) return {}
  if (format.kind === 'schema') {
    return { responseMimeType: 'application/json', responseJsonSchema: format.schema }
  }
  return { responseMimeType: format.kind === 'json' ? 'application/json' : 'text/plain' }
}

const modalities: ReadonlySet<string> = new Set(['text', 'image', 'audio', 'video'])

function modalitiesOf(
  wanted: readonly string[],
  drop: (setting: Setting) => undefined,
): readonly string[] | undefined {
  if (!wanted.every((modality) => modalities.has(modality))) return drop('modalities')
  return wanted.map((modality) => modality.toUpperCase())
}

/** Levels of models that think in levels; there is none above `HIGH`. */
const levelOf: ReadonlyMap<string, string> = new Map([
  ['none', 'MINIMAL'],
  ['minimal', 'MINIMAL'],
  ['low', 'LOW'],
  ['medium', 'MEDIUM'],
  ['high', 'HIGH'],
  ['xhigh', 'HIGH'],
  ['max', 'HIGH'],
])

function thinkingOf(reasoning: Reasoning, model: string, writing: Writing): WireObject | undefined {
  const { effort, budgetTokens, show } = reasoning
  const amount =
    budgetTokens === undefined ? amountOf(effort, model, writing) : { thinkingBudget: budgetTokens }
  const thinking = given<WireObject>({ ...amount, includeThoughts: show })
  return Object.keys(thinking).length === 0 ? undefined : thinking
}

function amountOf(effort: string | undefined, model: string, writing: Writing): WireObject {
  if (effort === undefined) return {}
  if (writing.early) {
    // -1: the model decides.
    const budget = effort === 'adaptive' ? -1 : budgetOfEffort(effort)
    // The large model of the second series cannot be kept from thinking; 128 is its least.
    if (budget !== undefined) return { thinkingBudget: budget === 0 && alwaysThinks(model) ? 128 : budget }
  } else {
    const level = levelOf.get(effort)
    if (level !== undefined)
      return { thinkingLevel: level === 'MINIMAL' && alwaysThinks(model) ? 'LOW' : level }
    // These models decide themselves unless they are told.
    if (effort === 'adaptive') return {}
  }
  writing.dropped.push({ setting: 'reasoning' })
  return {}
}
